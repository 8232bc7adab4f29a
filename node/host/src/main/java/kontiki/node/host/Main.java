package kontiki.node.host;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine;
import picocli.CommandLine.IExitCodeGenerator;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/**
 * The executable: finds the command that the first word names, runs it, and turns what goes wrong
 * into one line and an exit code (0 done, 1 failed, 2 not understood). Only the class of the
 * command that runs is loaded, so that a short command starts quickly.
 */
public final class Main implements Runnable {

  static final int FAILED = 1;
  static final int NOT_UNDERSTOOD = 2;

  /** Declared in code, because reading annotations takes longer than most short commands. */
  private final CommandSpec spec = CommandSpec.wrapWithoutInspection(this).name("kontiki");

  private final OptionSpec verbose =
      option("Show the stack trace of an error.", "--verbose").scopeType(ScopeType.INHERIT).build();

  private Main() {
    spec.usageMessage()
        .description(
            "A Raft-replicated key-value store that speaks etcd, and a Kubernetes on top of it.")
        .synopsisSubcommandLabel("COMMAND");
    spec.addOption(
        option("Show this help message and exit.", "-h", "--help").usageHelp(true).build());
    spec.addOption(
        option("Print version information and exit.", "-V", "--version").versionHelp(true).build());
    spec.addOption(verbose);
    spec.versionProvider(new Version());
  }

  private static OptionSpec.Builder option(String description, String... names) {
    String first = names[0];
    String[] more = Arrays.copyOfRange(names, 1, names.length);
    return OptionSpec.builder(first, more)
        .type(boolean.class)
        .initialValue(false)
        .description(description);
  }

  /** The command line without any command. */
  static CommandLine line() {
    return new CommandLine(new Main().spec);
  }

  public static void main(String[] arguments) {
    int code =
        run(
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            arguments);
    System.exit(code);
  }

  /** Runs one command line, writing to the given streams, and returns its exit code. */
  static int run(PrintWriter out, PrintWriter err, String... arguments) {
    Optional<Commands.Row> named = namedCommand(arguments);
    CommandLine line = line();
    try {
      if (named.isPresent()) {
        named.get().addTo(line, arguments);
      }
    } catch (IllegalStateException missing) {
      err.println(ErrorLine.of(missing));
      return FAILED;
    }
    // Picocli's own goes through reflection, which costs a short command some milliseconds.
    line.registerConverter(Path.class, Path::of);
    line.setOut(out);
    line.setErr(err);
    line.setExitCodeExceptionMapper(
        failure -> failure instanceof IExitCodeGenerator own ? own.getExitCode() : FAILED);
    line.setExecutionExceptionHandler(Main::failed);
    line.setParameterExceptionHandler(Main::notUnderstood);
    line.getHelpSectionMap()
        .put(CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST, Commands::overview);
    line.getHelpSectionMap()
        .put(CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, help -> "");
    return line.execute(arguments);
  }

  private static Optional<Commands.Row> namedCommand(String... arguments) {
    for (String argument : arguments) {
      if (!argument.startsWith("-")) {
        return Commands.named(argument);
      }
    }
    return Optional.empty();
  }

  private static int failed(Exception failure, CommandLine line, CommandLine.ParseResult parsed) {
    line.getErr().println(ErrorLine.of(failure));
    if (line.getCommandSpec().root().userObject() instanceof Main main && main.isVerbose()) {
      failure.printStackTrace(line.getErr());
    }
    return line.getExitCodeExceptionMapper().getExitCode(failure);
  }

  private boolean isVerbose() {
    return Boolean.TRUE.equals(verbose.getValue());
  }

  private static int notUnderstood(ParameterException failure, String[] arguments) {
    CommandLine line = failure.getCommandLine();
    String name = line.getCommandSpec().qualifiedName();
    String message = ErrorLine.text(failure);
    if (line.getCommandSpec().userObject() instanceof Main && arguments.length > 0) {
      message = unknownCommand(message, arguments);
    }
    line.getErr().println("error: " + message + " (see '" + name + " --help')");
    return NOT_UNDERSTOOD;
  }

  private static String unknownCommand(String message, String... arguments) {
    for (String argument : arguments) {
      if (!argument.startsWith("-") && Commands.named(argument).isEmpty()) {
        return "there is no command '"
            + argument
            + "'"
            + Commands.nearest(argument).map(name -> "; did you mean '" + name + "'?").orElse("");
      }
    }
    return message;
  }

  /** Without a command: the help. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  /** Reads the version that the build wrote. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
      return new String[] {"kontiki " + number() + " (Java " + Runtime.version() + ")"};
    }

    static String number() throws IOException {
      Properties properties = new Properties();
      try (InputStream in = Main.class.getResourceAsStream("version.properties")) {
        if (in != null) {
          properties.load(in);
        }
      }
      return properties.getProperty("version", "unknown");
    }
  }
}
