// Package domaintest restores a Group Policy object of the target gpo into a Samba domain and asks a Group Policy client what it
// reads. It has tests only, and they need root and Samba. Everything runs in namespaces for the network, mounts and processes that
// end with the test; the domain is provisioned once and kept in the user's cache folder.
package domaintest
