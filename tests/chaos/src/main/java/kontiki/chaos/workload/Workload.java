package kontiki.chaos.workload;

import java.io.IOException;
import kontiki.chaos.cluster.Cluster;
import kontiki.chaos.history.HistoryFile;

/** What the clients of a run do, from {@link #start} to {@link #finish}; everything is recorded. */
public interface Workload {

  /** How the clients are doing, for the progress line. */
  record Progress(long ok, long failed, long unknown) {}

  /** Begins; returns at once. */
  void start(Cluster cluster, HistoryFile history);

  Progress progress();

  /** Ends the clients. The cluster may still be broken. */
  void stop() throws InterruptedException;

  /**
   * Reads what the store holds in the end; the cluster is whole again.
   *
   * @throws IOException where the store cannot be read to the end of what was written
   */
  void finish(Cluster cluster, HistoryFile history) throws IOException, InterruptedException;
}
