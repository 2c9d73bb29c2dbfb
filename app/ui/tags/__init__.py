"""Tags in the window: what photos show, suggested and said."""
