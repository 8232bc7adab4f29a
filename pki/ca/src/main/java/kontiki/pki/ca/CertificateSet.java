package kontiki.pki.ca;

/**
 * The five certificate sets of a cluster, each with an authority of its own, so that a key that
 * leaks from one hop opens no other.
 */
public enum CertificateSet {
  /** Between store members: raft traffic. */
  STORE_PEER("store-peer"),
  /** Store servers towards their clients, and those clients: API servers and the KV command. */
  STORE_CLIENT("store-client"),
  /** API servers, and what control-plane clients and people use to reach them. */
  API_SERVER("apiserver"),
  /** Kubelet serving certificates, and the API servers' client certificate for them. */
  API_SERVER_NODE("apiserver-node"),
  /** Between nodes. */
  NODE("node");

  private final String directory;

  CertificateSet(String directory) {
    this.directory = directory;
  }

  /** The name of the set's folder below {@code pki/}, and the word for it in commands. */
  public String directory() {
    return directory;
  }
}
