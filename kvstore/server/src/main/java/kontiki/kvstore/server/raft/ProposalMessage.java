package kontiki.kvstore.server.raft;

import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/** An entry on its way into this member's log; knows whether it may have got there. */
final class ProposalMessage implements Message {
  private final ByteString content;
  private volatile boolean appending;

  ProposalMessage(byte[] entry) {
    this.content = UnsafeByteOperations.unsafeWrap(entry);
  }

  @Override
  public ByteString getContent() {
    return content;
  }

  void appending() {
    appending = true;
  }

  boolean mayBeInLog() {
    return appending;
  }
}
