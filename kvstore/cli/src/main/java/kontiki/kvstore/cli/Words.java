package kontiki.kvstore.cli;

import java.util.List;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ScopeType;

/**
 * The flags and arguments of one command, declared in code. Where picocli reads annotations, a
 * process that has just started spends longer on reflection than on the command's work
 * (docs/decisions/0004), so the commands that are asked most declare theirs here. The suppliers
 * answer after the command line has been read. Used by one thread.
 */
final class Words {
  private final CommandSpec spec;

  /**
   * @param command what picocli runs
   */
  Words(Runnable command, String name, String description) {
    spec = CommandSpec.wrapWithoutInspection(command).name(name);
    spec.usageMessage().description(description);
  }

  CommandSpec spec() {
    return spec;
  }

  /** Lines below the help, shown as they are. */
  void examples(String... lines) {
    spec.usageMessage().footerHeading("%nExamples:%n").footer(lines);
  }

  Supplier<Boolean> flag(String name, String description) {
    return add(OptionSpec.builder(name).type(boolean.class).initialValue(false), description);
  }

  Supplier<Long> number(String name, String label, String description) {
    var option = OptionSpec.builder(name).type(long.class).initialValue(0L);
    return add(option.paramLabel(label), description);
  }

  Supplier<String> text(String name, String label, String initial, String description) {
    var option = OptionSpec.builder(name).type(String.class).initialValue(initial);
    return add(option.paramLabel(label), description);
  }

  /** An option that may also stand before or after a subcommand's name. */
  <T> Supplier<T> shared(OptionSpec.Builder option, String description) {
    return add(option.scopeType(ScopeType.INHERIT), description);
  }

  private <T> Supplier<T> add(OptionSpec.Builder option, String description) {
    var added = option.description(description).build();
    spec.addOption(added);
    return added::getValue;
  }

  /** Any number of arguments. */
  Supplier<List<String>> arguments(String label, String description) {
    var added =
        PositionalParamSpec.builder()
            .index("0..*")
            .arity("0..*")
            .type(List.class)
            .auxiliaryTypes(String.class)
            .initialValue(List.of())
            .paramLabel(label)
            .description(description)
            .build();
    spec.addPositional(added);
    return added::getValue;
  }
}
