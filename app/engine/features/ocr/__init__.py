"""Reading text in pictures: found by lines, turned upright, read, put in order."""
