package kontiki.kvstore.server.membership;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.MemberListResponse;
import kontiki.kvstore.mvcc.Command.ChangeMembers;
import kontiki.kvstore.mvcc.Outcome;

/** A change of members, and its outcome, on their way to the leader and back. */
final class ChangeMessage {
  private ChangeMessage() {}

  static ByteBuffer encode(ChangeMembers change) {
    byte[] members =
        MemberListResponse.newBuilder().addAllMembers(change.members()).build().toByteArray();
    return ByteBuffer.allocate(1 + members.length)
        .put((byte) change.kind().ordinal())
        .put(members)
        .flip();
  }

  static ChangeMembers decode(ByteBuffer in) {
    ChangeMembers.Kind kind = ChangeMembers.Kind.values()[in.get()];
    return new ChangeMembers(kind, members(in).getMembersList());
  }

  /** 0 and the members, or 1 and the number of the error. */
  static byte[] encode(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done done -> {
        byte[] members = done.response().toByteArray();
        yield ByteBuffer.allocate(1 + members.length).put((byte) 0).put(members).array();
      }
      case Outcome.Refused refused -> new byte[] {1, (byte) refused.error().ordinal()};
      case Outcome.Unanswered _ -> new byte[] {1, (byte) EtcdError.LEADER_CHANGED.ordinal()};
    };
  }

  static Outcome decodeOutcome(ByteBuffer in) {
    return in.get() == 0
        ? new Outcome.Done(members(in))
        : new Outcome.Refused(EtcdError.values()[in.get()]);
  }

  private static MemberListResponse members(ByteBuffer in) {
    try {
      return MemberListResponse.parseFrom(ByteString.copyFrom(in));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a list of members", e);
    }
  }
}
