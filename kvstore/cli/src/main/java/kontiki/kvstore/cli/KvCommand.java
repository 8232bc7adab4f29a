package kontiki.kvstore.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import kontiki.kvstore.cli.bench.BenchCommand;
import kontiki.kvstore.cli.direct.DirectStore;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code kontiki kv}: what etcdctl does, with its flags, formats and exit codes. */
public final class KvCommand implements Runnable {
  private static final int BUFFER_BYTES = 64 << 10;

  /** The commands, in the order of the help; each is a spec or an object with annotations. */
  private static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("get", () -> new GetCommand().spec());
    COMMANDS.put("put", () -> new PutCommand().spec());
    COMMANDS.put("del", () -> new DeleteCommand().spec());
    COMMANDS.put("txn", TxnCommand::new);
    COMMANDS.put("watch", WatchCommand::new);
    COMMANDS.put("compaction", CompactionCommand::new);
    COMMANDS.put("lease", LeaseCommand::new);
    COMMANDS.put("endpoint", EndpointCommand::new);
    COMMANDS.put("member", MemberCommand::new);
    COMMANDS.put("alarm", AlarmCommand::new);
    COMMANDS.put("version", VersionCommand::new);
    COMMANDS.put("bench", BenchCommand::new);
  }

  private final Words words =
      new Words(this, "kv", "Work with the key-value store; the flags and output are etcdctl's.");
  private final GlobalOptions options = new GlobalOptions(words);
  private final InputStream in;
  private final Output out;

  /** Reads standard input and writes standard output. */
  public KvCommand() {
    this(
        new FileInputStream(FileDescriptor.in),
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES));
    DirectStore.warmUp();
  }

  public KvCommand(InputStream in, OutputStream out) {
    this.in = in;
    this.out = new Output(out);
    words.shared(
        OptionSpec.builder("-h", "--help").type(boolean.class).usageHelp(true), "Show this help.");
    words.examples(
        "  kontiki kv put greeting hello",
        "  kontiki kv get greeting",
        "  kontiki kv get --prefix gr -w json",
        "  kontiki kv watch --prefix gr",
        "  kontiki kv endpoint status --cluster -w table",
        "Without flags the cluster that 'kontiki up' started on this machine is asked.");
  }

  /**
   * What picocli is to read.
   *
   * @param arguments the command line, as far as it is known: where it names commands, only those
   *     are there, because making all of them takes longer than running one
   */
  public CommandSpec spec(String... arguments) {
    var named = List.of(arguments);
    boolean some = COMMANDS.keySet().stream().anyMatch(named::contains) && !helpFirst(named);
    COMMANDS.forEach((name, command) -> {
      if (!some || named.contains(name)) {
        words.spec().addSubcommand(name, new CommandLine(command.get()));
      }
    });
    return words.spec();
  }

  /** True where the help of all commands is asked for, although one is named. */
  private static boolean helpFirst(List<String> arguments) {
    for (String argument : arguments) {
      if (COMMANDS.containsKey(argument)) {
        return false;
      }
      if (argument.equals("-h") || argument.equals("--help")) {
        return true;
      }
    }
    return false;
  }

  GlobalOptions options() {
    return options;
  }

  InputStream in() {
    return in;
  }

  Output out() {
    return out;
  }

  /** Without a command: the help. */
  @Override
  public void run() {
    words.spec().commandLine().usage(words.spec().commandLine().getOut());
  }
}
