package kontiki.kvstore.mvcc;

import com.google.protobuf.MessageLite;
import kontiki.kvstore.api.EtcdError;

/** How the state machine answers one command. */
public sealed interface Outcome {
  /**
   * @param response the RPC's response message, header included
   */
  record Done(MessageLite response) implements Outcome {}

  /** Nothing was changed. */
  record Refused(EtcdError error) implements Outcome {}

  /** Done, and no client of this member waits for the answer. */
  enum Unanswered implements Outcome {
    UNANSWERED
  }
}
