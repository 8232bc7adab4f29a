package kontiki.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import kontiki.chaos.checker.Verdict;
import kontiki.chaos.cluster.ProcessCluster;
import kontiki.chaos.fault.FaultKind;
import kontiki.chaos.history.HistoryFile;
import kontiki.chaos.workload.RegisterWorkload;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kontiki chaos}: break a cluster and check what it promised. */
@Command(
    name = "chaos",
    description = "Break a cluster and check what it promised.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ChaosCommand.Run.class, ChaosCommand.ListParts.class, ChaosCommand.Check.class},
    footerHeading = "%nExamples:%n",
    footer = {
      "  kontiki chaos run --members 3 --time 60 --faults all",
      "  kontiki chaos run --faults kill-leader,partition --seed 42",
      "  kontiki chaos run --executable /usr/bin/etcd",
      "  kontiki chaos check kontiki-chaos-2a/history.jsonl",
    })
public final class ChaosCommand implements Runnable {
  private static final int VALID = 0;
  private static final int NOT_VALID = 1;
  private static final int MAX_SECONDS = 24 * 3600;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = picocli.CommandLine.ScopeType.INHERIT,
      description = "Show this help.")
  boolean help;

  /** Without a command: the help. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "run",
      description = {
        "Start a store of its own on loopback, let clients work while faults strike, heal it, and"
            + " judge the history.",
        "Exit code 0: every checker found the history valid, and the store answered enough."
      })
  static final class Run implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(names = "--members", paramLabel = "N", description = "1, 3 or 5 (default: 3).")
    private int members = 3;

    @Option(
        names = "--time",
        paramLabel = "SECONDS",
        description = "How long the faults strike (default: 30).")
    private int seconds = 30;

    @Option(
        names = "--faults",
        split = ",",
        paramLabel = "FAULT",
        description = "all, none, or some of 'kontiki chaos list' (default: all).")
    private List<String> faults = List.of("all");

    @Option(
        names = "--calm",
        paramLabel = "SECONDS",
        description =
            "At least so long before each fault; with 8 each meets a whole cluster (default: 0).")
    private int calm;

    @Option(
        names = "--workload",
        paramLabel = "NAME",
        description = "What the clients do (default: register).")
    private String workload = "register";

    @Option(names = "--clients", paramLabel = "N", description = "Operations at once (default: 9).")
    private int clients = RegisterWorkload.Settings.DEFAULT.clients();

    @Option(
        names = "--seed",
        paramLabel = "NUMBER",
        description = "Repeat the schedule of a run (default: random).")
    private @Nullable Long seed;

    @Option(
        names = "--executable",
        paramLabel = "FILE",
        description = "A store that takes etcd's flags (default: this Kontiki's own).")
    private @Nullable Path executable;

    @Option(
        names = "--dir",
        paramLabel = "DIR",
        description =
            "Where data, logs and the history go; must not exist (default: kontiki-chaos-SEED in"
                + " the temporary directory).")
    private @Nullable Path directory;

    @Override
    public Integer call() throws IOException, InterruptedException {
      var out = spec.commandLine().getOut();
      long chosen = seed != null ? seed : ThreadLocalRandom.current().nextLong(1, 1L << 32);
      out.println("seed " + chosen);
      var kinds = check();
      var dir =
          directory != null
              ? directory
              : Path.of(System.getProperty("java.io.tmpdir"))
                  .resolve("kontiki-chaos-" + Long.toHexString(chosen));
      if (Files.exists(dir)) {
        throw new IllegalArgumentException(dir + " exists already: remove it, or give --dir");
      }
      Files.createDirectories(dir);
      out.println("logs and history in " + dir);
      out.flush();
      var plan =
          new ChaosRun.Plan(
              chosen,
              Duration.ofSeconds(seconds),
              kinds,
              Duration.ofSeconds(calm),
              dir.resolve("history.jsonl"));
      return judge(run(plan, dir), spec.commandLine());
    }

    private List<FaultKind> check() {
      if (!List.of(1, 3, 5).contains(members)) {
        throw new IllegalArgumentException("--members must be 1, 3 or 5, not " + members);
      }
      if (seconds < 1 || seconds > MAX_SECONDS) {
        throw new IllegalArgumentException("--time must be 1 to " + MAX_SECONDS + " seconds");
      }
      if (calm < 0 || calm > seconds) {
        throw new IllegalArgumentException("--calm must be 0 to --time seconds, not " + calm);
      }
      if (!workload.equals("register")) {
        throw new IllegalArgumentException(
            "there is no workload '" + workload + "': choose register");
      }
      if (faults.equals(List.of("none"))) {
        return List.of();
      }
      if (faults.equals(List.of("all"))) {
        return Arrays.stream(FaultKind.values()).filter(this::isPossible).toList();
      }
      return faults.stream().map(FaultKind::of).toList();
    }

    /** One member alone has nobody to be cut off from. */
    private boolean isPossible(FaultKind kind) {
      return members > 1 || (kind != FaultKind.PARTITION && kind != FaultKind.PARTITION_LEADER);
    }

    private List<Verdict> run(ChaosRun.Plan plan, Path dir)
        throws IOException, InterruptedException {
      var settings = RegisterWorkload.Settings.DEFAULT;
      var work =
          new RegisterWorkload(
              new RegisterWorkload.Settings(
                  clients,
                  settings.keysAtOnce(),
                  settings.callsPerKey(),
                  settings.pauseMillis(),
                  settings.maxCalls()),
              plan.seed());
      try (var cluster = ProcessCluster.start(dir, storeCommand(), members)) {
        var guard = new Thread(cluster::close, "end-members");
        Runtime.getRuntime().addShutdownHook(guard);
        try {
          return new ChaosRun(plan, spec.commandLine().getOut()).run(cluster, work);
        } finally {
          Runtime.getRuntime().removeShutdownHook(guard);
        }
      }
    }

    /** The launcher needs the role's name; a store of somebody else is the role itself. */
    private List<String> storeCommand() {
      var command = new ArrayList<String>();
      if (executable != null) {
        command.add(executable.toAbsolutePath().toString());
      } else {
        String launcher = System.getenv("KONTIKI_LAUNCHER");
        if (launcher == null) {
          throw new IllegalArgumentException(
              "this was not started by the launcher 'kontiki': give --executable");
        }
        command.add(launcher);
      }
      if (Path.of(command.getFirst()).endsWith("kontiki")) {
        command.add("etcd");
      }
      return command;
    }
  }

  @Command(name = "list", description = "List the faults and the workloads.")
  static final class ListParts implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      var out = spec.commandLine().getOut();
      out.println("Faults:");
      for (var kind : FaultKind.values()) {
        out.printf("  %-17s %s%n", kind.flag(), kind.description());
      }
      out.println("Workloads:");
      out.printf("  %-17s %s%n", "register", "get, put, compare-and-set and delete of a few keys");
      out.println("Checkers: linearizable, lost-writes, revisions, watches, work");
      out.flush();
    }
  }

  @Command(
      name = "check",
      description = {
        "Judge a recorded history again.",
        "Exit code 0: every checker found it valid."
      })
  static final class Check implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "HISTORY", description = "A file of JSON lines, as a run writes it.")
    private Path history = Path.of("history.jsonl");

    @Override
    public Integer call() throws IOException {
      var verdicts = Judgement.of(HistoryFile.read(history), InstantSource.system());
      return judge(verdicts, spec.commandLine());
    }
  }

  private static int judge(List<Verdict> verdicts, CommandLine command) {
    var out = command.getOut();
    for (var verdict : verdicts) {
      switch (verdict) {
        case Verdict.Valid valid ->
            out.printf("valid      %-13s %s%n", valid.checker(), valid.summary());
        case Verdict.Undecided undecided ->
            out.printf("undecided  %-13s %s%n", undecided.checker(), undecided.summary());
        case Verdict.Invalid invalid -> {
          out.printf("INVALID    %-13s %s%n", invalid.checker(), invalid.summary());
          invalid.evidence().stream().limit(20).forEach(line -> out.println("           " + line));
        }
      }
    }
    out.flush();
    if (Judgement.isValid(verdicts)) {
      return VALID;
    }
    command.getErr().println("error: " + Judgement.problems(verdicts));
    return NOT_VALID;
  }
}
