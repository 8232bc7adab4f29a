package kontiki.chaos.cluster;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A store of several members, and what can be done to them. Faults come from one thread; the rest
 * may be used by any.
 */
public interface Cluster extends AutoCloseable {

  /** The members' names, in a fixed order. */
  List<String> members();

  /** A new channel to one member, over mutual TLS; the caller closes it. */
  ManagedChannel connect(String member);

  /** The member that leads now, as the members say; empty where none does. */
  Optional<String> leader();

  /**
   * Waits until every member answers a linearizable read.
   *
   * @throws IOException where that takes longer, naming the members that do not
   */
  void awaitReady(Duration timeout) throws IOException;

  /** Starts a member that does not run; returns without waiting for it to serve. */
  void start(String member) throws IOException;

  /** SIGKILL: no goodbye, nothing flushed. Returns when the process is gone. */
  void kill(String member) throws IOException;

  /** SIGTERM. Returns when the process is gone, killed after a while if need be. */
  void terminate(String member) throws IOException;

  /** SIGSTOP: the process stands still, its connections stay open. */
  void pause(String member) throws IOException;

  /** SIGCONT. */
  void resume(String member) throws IOException;

  /** Nothing passes between these members and the others, in either direction, until healed. */
  void partition(Set<String> side);

  /** Everything passes again; what was held back arrives late. */
  void heal();

  /** Undoes every fault: heals the network, resumes and starts every member. */
  void recover() throws IOException;

  /** Ends every process of the cluster. */
  @Override
  void close();
}
