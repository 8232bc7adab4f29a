package kontiki.node.host;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import kontiki.node.host.cluster.ClusterSpec;
import kontiki.node.host.cluster.Layout;
import kontiki.node.host.supervise.Supervisor;
import kontiki.node.host.supervise.Topology;
import kontiki.pki.ca.PkiDirectory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Keeps the roles of a cluster running; {@code up} starts it, and it is not for people. */
@Command(
    name = "supervise",
    mixinStandardHelpOptions = true,
    description = "Keep the roles of a cluster running (started by 'kontiki up').")
public final class SuperviseCommand implements Callable<Integer> {

  @Option(
      names = "--data-dir",
      required = true,
      paramLabel = "DIR",
      description = "Of the cluster.")
  private Path dataDirectory = Layout.DEFAULT_ROOT;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Layout layout = new Layout(dataDirectory.toAbsolutePath().normalize());
    ClusterSpec spec =
        ClusterSpec.read(layout.spec())
            .orElseThrow(() ->
                new IOException(
                    "there is no cluster in " + layout.root() + ": start one with 'kontiki up'"));
    Files.createDirectories(layout.run());
    try (FileChannel channel =
            FileChannel.open(layout.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        throw new IOException("the cluster in " + layout.root() + " has a supervisor already");
      }
      Topology topology = new Topology(spec, PkiDirectory.open(layout.pki()));
      new Supervisor(spec, topology.components(), InstantSource.system()).run();
    }
    return 0;
  }
}
