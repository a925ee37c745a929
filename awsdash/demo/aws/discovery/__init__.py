"""What resources there are: lists in AWS's pages, where moto answers all or forgets the token."""
