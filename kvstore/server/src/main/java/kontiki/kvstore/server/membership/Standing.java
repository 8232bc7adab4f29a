package kontiki.kvstore.server.membership;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import kontiki.kvstore.api.pb.MemberListResponse;

/**
 * What one member knows of another.
 *
 * @param cluster its header names the cluster; the members are empty where they are not known yet
 */
record Standing(State state, MemberListResponse cluster) {
  enum State {
    /** No such member. */
    UNKNOWN,
    /** It belongs to the cluster, and has never run. */
    EXPECTED,
    /** It belongs to the cluster, and has run. */
    STARTED,
    /** It was removed, and raft does not count it any more. */
    REMOVED
  }

  byte[] encode() {
    byte[] members = cluster.toByteArray();
    return ByteBuffer.allocate(1 + members.length).put((byte) state.ordinal()).put(members).array();
  }

  static Standing decode(ByteBuffer in) {
    State state = State.values()[in.get()];
    try {
      return new Standing(state, MemberListResponse.parseFrom(ByteString.copyFrom(in)));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not a standing", e);
    }
  }
}
