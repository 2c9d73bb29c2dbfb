"""A part of a picture: drawn as a box, found in other photos, shown with what agrees."""
