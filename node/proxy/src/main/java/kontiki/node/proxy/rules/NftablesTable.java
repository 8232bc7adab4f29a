package kontiki.node.proxy.rules;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kontiki.node.proxy.program.Program;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries rule sets out on the kernel, each as one transaction. The first one replaces the whole
 * table; later ones change only what differs, and replace it if that is refused or somebody has
 * changed the table. For one thread.
 */
public final class NftablesTable {

  private static final Logger LOG = LoggerFactory.getLogger(NftablesTable.class);

  private final List<String> nft;
  private @Nullable RuleSet applied;
  private String seen = "";

  /**
   * A table of the network namespace that the command runs in.
   *
   * @param nft the command, such as {@code nft}
   */
  public NftablesTable(List<String> nft) {
    this.nft = List.copyOf(nft);
  }

  /** Makes the kernel's table equal to the rule set. */
  public void apply(RuleSet next) throws IOException {
    RuleSet before = applied;
    if (before != null) {
      String change = next.changeFrom(before);
      if (change.isEmpty()) {
        return;
      }
      Program.Result result = transaction(change);
      if (result.isSuccess()) {
        applied(next);
        return;
      }
      LOG.warn("nftables change refused, replacing the table: reason={}", result.lastLine());
    }
    replace(next);
  }

  /** Looks whether the table is still as it was left, and puts it back if it is not. */
  public void verify() throws IOException {
    RuleSet current = applied;
    if (current != null && !listing().equals(seen)) {
      LOG.warn(
          "nftables table was changed by somebody else, putting it back: table={}",
          current.table());
      replace(current);
    }
  }

  /** Removes the table. */
  public void remove() throws IOException {
    Program.Result result =
        transaction(
            "add table ip "
                + ServiceRules.TABLE
                + "\ndelete table ip "
                + ServiceRules.TABLE
                + "\n");
    if (!result.isSuccess()) {
      throw new IOException("cannot remove the nftables table: " + result.lastLine());
    }
    applied = null;
  }

  private void replace(RuleSet next) throws IOException {
    Program.Result result = transaction(next.replacement());
    if (!result.isSuccess()) {
      applied = null;
      throw new IOException("nftables refused the rules: " + result.lastLine());
    }
    applied(next);
  }

  private void applied(RuleSet next) throws IOException {
    applied = next;
    seen = listing();
  }

  private Program.Result transaction(String text) throws IOException {
    return Program.attempt(text, command("-f", "-"));
  }

  /** The table as the kernel has it, without what affinity sets have learned. */
  private String listing() throws IOException {
    Program.Result result =
        Program.attempt("", command("-s", "list", "table", "ip", ServiceRules.TABLE));
    return result.isSuccess() ? withoutSets(result.output()) : "";
  }

  private List<String> command(String... arguments) {
    List<String> command = new ArrayList<>(nft);
    command.addAll(List.of(arguments));
    return command;
  }

  static String withoutSets(String listing) {
    StringBuilder text = new StringBuilder();
    boolean inSet = false;
    for (String line : listing.lines().toList()) {
      inSet = inSet || line.startsWith("\tset ");
      if (!inSet) {
        text.append(line).append('\n');
      }
      inSet = inSet && !line.equals("\t}");
    }
    return text.toString();
  }
}
