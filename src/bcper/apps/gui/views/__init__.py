"""What is on the screen: one module a page, an editor or a flow. Views show, presenters decide."""
