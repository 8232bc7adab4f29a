package kontiki.node.proxy.rules;

/** A transport protocol of a service port, by the name that nftables gives it. */
public enum Protocol {
  TCP("tcp"),
  UDP("udp"),
  SCTP("sctp");

  private final String word;

  Protocol(String word) {
    this.word = word;
  }

  /** The name in nftables and conntrack. */
  public String word() {
    return word;
  }
}
