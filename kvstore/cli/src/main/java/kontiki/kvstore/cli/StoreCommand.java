package kontiki.kvstore.cli;

import io.grpc.StatusRuntimeException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * A command that talks to the store: finds the global flags, turns what the store refuses into an
 * error line, and flushes the output.
 */
abstract class StoreCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /**
   * Begins to declare this command's words in code; a command with annotations has no need of it.
   */
  final Words words(String name, String description) {
    var words = new Words(this, name, description);
    spec = words.spec();
    return words;
  }

  /** What picocli is to read. */
  final CommandSpec spec() {
    return spec;
  }

  /** Throws what etcdctl says where the number of arguments is another. */
  static void require(List<String> arguments, int count, String problem) {
    if (arguments.size() != count) {
      throw KvFailure.badArguments(problem);
    }
  }

  /** Does the work. */
  abstract void ask() throws Exception;

  @Override
  public final void run() {
    try {
      ask();
    } catch (StatusRuntimeException e) {
      throw KvFailure.of(e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new KvFailure(KvFailure.Exit.ERROR, String.valueOf(e.getMessage()), e);
    } finally {
      out().flush();
    }
  }

  private KvCommand kv() {
    for (CommandSpec above = spec; above != null; above = above.parent()) {
      if (above.userObject() instanceof KvCommand kv) {
        return kv;
      }
    }
    throw new IllegalStateException(spec.name() + " is a subcommand of kv");
  }

  final GlobalOptions options() {
    return kv().options();
  }

  final Output out() {
    return kv().out();
  }

  final java.io.InputStream in() {
    return kv().in();
  }

  final Printer printer(Format.Answer answer) {
    return options().printer(answer, out());
  }
}
