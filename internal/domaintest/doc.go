// Package domaintest restores a Group Policy object of the target gpo into a Samba domain and checks what a Group
// Policy client reads. It has only tests, which need root and Samba. Everything runs in namespaces for network,
// mounts and processes that end with the test. The domain is set up once and kept in the user's cache folder.
package domaintest
