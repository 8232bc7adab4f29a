package kontiki.kvstore.server.raft;

import java.nio.ByteBuffer;

/**
 * What members say to each other beside raft, over the same mutually authenticated port: one byte
 * kind, then fixed numbers (8 bytes each, big endian), then bytes.
 */
public sealed interface PeerMessage {
  /** Put this entry into your log, if you lead in this term. Answer: one byte, {@link Fate}. */
  record Forward(long term, ByteBuffer entry) implements PeerMessage {}

  /** Renew a lease. Answer: its TTL in seconds, 0 unknown lease, -1 not the leader (8 bytes). */
  record LeaseRenew(long id) implements PeerMessage {}

  /** Answer: milliseconds that a lease has left, -1 unknown, -2 not the leader (8 bytes). */
  record LeaseRemaining(long id) implements PeerMessage {}

  /** Make a checkpoint of your state. Answer: {@link CheckpointFiles}. */
  record CheckpointOpen() implements PeerMessage {}

  /** Answer: up to {@code length} bytes of the file; none at its end. */
  record CheckpointRead(long checkpoint, int file, long offset, int length)
      implements PeerMessage {}

  /** The checkpoint is not needed any more. Answer: nothing. */
  record CheckpointClose(long checkpoint) implements PeerMessage {}

  /** Which term are you in? Answer: 8 bytes. */
  record Term() implements PeerMessage {}

  /** An index that holds all acknowledged so far. Answer: 8 bytes, {@link ReadIndex#confirmed}. */
  record Confirm() implements PeerMessage {}

  /** Does nobody listen at this member's address? Answer: one byte, 1 for nobody. */
  record Refused(long member) implements PeerMessage {}

  /** How does that member stand? Says that it runs. Answer: the membership's. */
  record Standing(long member) implements PeerMessage {}

  /** Change the members, if you lead. Answer: the membership's. */
  record ChangeMembers(ByteBuffer change) implements PeerMessage {}

  /** How far have you applied the log? Answer: 8 bytes. */
  record Applied() implements PeerMessage {}

  default byte[] encode() {
    return switch (this) {
      case Forward m -> {
        ByteBuffer entry = m.entry.duplicate();
        yield ByteBuffer.allocate(9 + entry.remaining())
            .put((byte) 1)
            .putLong(m.term)
            .put(entry)
            .array();
      }
      case LeaseRenew m -> numbers(2, m.id);
      case LeaseRemaining m -> numbers(3, m.id);
      case CheckpointOpen _ -> numbers(4);
      case CheckpointRead m -> numbers(5, m.checkpoint, m.file, m.offset, m.length);
      case CheckpointClose m -> numbers(6, m.checkpoint);
      case Term _ -> numbers(7);
      case Confirm _ -> numbers(8);
      case Refused m -> numbers(9, m.member);
      case Standing m -> numbers(10, m.member);
      case ChangeMembers m -> {
        ByteBuffer change = m.change.duplicate();
        yield ByteBuffer.allocate(1 + change.remaining()).put((byte) 11).put(change).array();
      }
      case Applied _ -> numbers(12);
    };
  }

  /** Throws IllegalArgumentException for a kind that this version does not know. */
  static PeerMessage decode(ByteBuffer in) {
    byte kind = in.get();
    return switch (kind) {
      case 1 -> new Forward(in.getLong(), in.slice());
      case 2 -> new LeaseRenew(in.getLong());
      case 3 -> new LeaseRemaining(in.getLong());
      case 4 -> new CheckpointOpen();
      case 5 ->
          new CheckpointRead(
              in.getLong(),
              Math.toIntExact(in.getLong()),
              in.getLong(),
              Math.toIntExact(in.getLong()));
      case 6 -> new CheckpointClose(in.getLong());
      case 7 -> new Term();
      case 8 -> new Confirm();
      case 9 -> new Refused(in.getLong());
      case 10 -> new Standing(in.getLong());
      case 11 -> new ChangeMembers(in.slice());
      case 12 -> new Applied();
      default -> throw new IllegalArgumentException("unknown peer message of kind " + kind);
    };
  }

  private static byte[] numbers(int kind, long... numbers) {
    ByteBuffer out = ByteBuffer.allocate(1 + Long.BYTES * numbers.length).put((byte) kind);
    for (long number : numbers) {
      out.putLong(number);
    }
    return out.array();
  }
}
