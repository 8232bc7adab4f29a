package kontiki.kvstore.cli.bench;

import java.util.Optional;

/** What is measured. Used by the command's thread. */
interface Workload {

  /** The command's name. */
  String name();

  /** What is counted: "ops" or "events". */
  default String unit() {
    return "ops";
  }

  /** The keys that it writes, and that are deleted in the end; none: it writes no key. */
  Optional<KeySpace> keys();

  /** Connections that it needs beside those that the command line asks for. */
  default int extraConnections() {
    return 0;
  }

  /** Once for each target, before its warm-up. */
  default void prepare(Target target, Progress progress) throws InterruptedException {}

  /** One round, or a warm-up. */
  Round run(Target target, Limits limits, Progress progress) throws InterruptedException;
}
