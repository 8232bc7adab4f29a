package kontiki.kvstore.server;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import kontiki.kvstore.api.pb.Member;
import kontiki.kvstore.server.snapshot.Restore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code kontiki kv snapshot restore}: etcdutl's, for data directories of this store. The command
 * above it has {@code --data-dir}, which is NAME.etcd where it is not given.
 */
@Command(
    name = "restore",
    description = {
      "Make the data directory of a new member from a snapshot of this store or of etcd.",
      "Run it once for each member of the new cluster, with the same file."
    },
    sortOptions = false,
    footer = {
      "",
      "Unless --keep-revision is given, revisions go on far above those of the file, and",
      "everything older counts as compacted: a client that has seen what the snapshot lost reads",
      "anew, instead of taking new data for what it knows.",
      "",
      "Examples:",
      "  kontiki kv snapshot restore backup.db --name m1 --data-dir /var/lib/m1 \\",
      "    --initial-cluster m1=https://10.0.0.1:2380 \\",
      "    --initial-advertise-peer-urls https://10.0.0.1:2380",
      "  kontiki etcd --name m1 --data-dir /var/lib/m1 ..."
    })
public final class RestoreCommand implements Callable<Integer> {
  /** More than a store makes in a day at 10,000 writes a second: no client is further ahead. */
  private static final long BUMP = 1_000_000_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "FILE", description = "What snapshot save wrote.")
  Path snapshot = Path.of("");

  @Mixin MemberOptions member = new MemberOptions();

  @Option(
      names = "--keep-revision",
      description = "Go on with the file's revisions: for a store that nobody has watched.")
  boolean keepRevision;

  @Option(
      names = "--bump-revision",
      paramLabel = "N",
      description = "How far revisions skip (default: ${DEFAULT-VALUE}).")
  long bump = BUMP;

  @Option(names = "--mark-compacted", description = "Always so when revisions skip.")
  boolean markCompacted;

  @Option(
      names = "--skip-hash-check",
      description = "The file is a copied database and does not end with a checksum.")
  boolean skipHashCheck;

  @Override
  public Integer call() throws IOException {
    if (bump < 1) {
      throw new StartException("--bump-revision must be at least 1; see --keep-revision");
    }
    InitialCluster cluster = member.cluster("https://localhost:2380");
    Member self = cluster.member(member.name);
    // An option of the command above, with another default there.
    Path root =
        spec.commandLine()
            .getParseResult()
            .matchedOptionValue("--data-dir", Path.of(member.name + ".etcd"));
    requireEmpty(root);
    Restore.Summary summary = restore(root, cluster.clusterId(), self.getID());
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "restored "
            + snapshot
            + " into "
            + root
            + ": "
            + summary.versions()
            + " versions, revision "
            + summary.revision());
    out.flush();
    return 0;
  }

  private Restore.Summary restore(Path root, long clusterId, long memberId) throws IOException {
    boolean whole = false;
    try (DataDirectory directory = DataDirectory.open(root, member.name, clusterId, memberId)) {
      Restore.Summary summary =
          Restore.run(
              snapshot,
              directory.member().resolve("db"),
              new Restore.Options(keepRevision ? 0 : bump, !skipHashCheck));
      whole = true;
      return summary;
    } finally {
      if (!whole) {
        delete(root);
      }
    }
  }

  private static void requireEmpty(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> content = Files.list(root)) {
      if (content.findAny().isPresent()) {
        throw new StartException(
            "the data directory " + root + " is not empty: nothing was restored; name a new one");
      }
    }
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
