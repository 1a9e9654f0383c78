-- One row: an open touch of a kept aggregate row or conversation; its key begins with that id.
SELECT touches._id
FROM raw.unnestTouches AS touches
SEMI JOIN sample.kept AS kept ON kept._id = split_part(touches.key, ' ', 1)
