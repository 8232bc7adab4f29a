package kontiki.kvstore.server;

import java.util.OptionalLong;

/**
 * One number that the members of a group replicate, as clients of single members see it. Members
 * are named as raft names them.
 */
public interface Register extends AutoCloseable {
  /** The member that leads, waiting for one. */
  String leader() throws InterruptedException;

  /** Writes at a member other than this one; returns when the write is acknowledged. */
  void writeNotAt(String member, long value) throws InterruptedException;

  /** A linearizable read at a member; empty where no answer came for a while. */
  OptionalLong read(String member) throws InterruptedException;

  /** What a member has itself, however old that is. */
  long local(String member);

  @Override
  void close();
}
