package kontiki.node.host;

import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the script that teaches a shell to complete kontiki's commands and options. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Print a completion script for a shell.",
    footer = {
      "",
      "Examples:",
      "  source <(kontiki completion bash)",
      "  kontiki completion zsh > ~/.kontiki-completion && echo 'source ~/.kontiki-completion' >>"
          + " ~/.zshrc"
    })
public final class CompletionCommand implements Runnable {

  /** The shells that are known. */
  enum Shell {
    bash,
    zsh
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
  private Shell shell = Shell.bash;

  @Override
  public void run() {
    CommandLine all = Main.line();
    for (Commands.Row row : Commands.ROWS) {
      if (!row.group().isEmpty()) {
        row.addTo(all);
      }
    }
    String script = AutoComplete.bash("kontiki", all);
    String prologue =
        switch (shell) {
          case bash -> "";
          case zsh -> "autoload -U +X bashcompinit && bashcompinit\n";
        };
    spec.commandLine().getOut().printf(Locale.ROOT, "%s%s", prologue, script);
    spec.commandLine().getOut().flush();
  }
}
