package kontiki.node.kubelet.probe;

/** What came of a probe or a hook; the message says why it is not good. */
public record HandlerResult(boolean good, String message) {
  public static final HandlerResult GOOD = new HandlerResult(true, "");

  public static HandlerResult bad(String message) {
    return new HandlerResult(false, message);
  }
}
