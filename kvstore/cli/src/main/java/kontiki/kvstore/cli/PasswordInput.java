package kontiki.kvstore.cli;

import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Passwords that must stand in no process list: typed at a terminal, or a line of the input. */
final class PasswordInput {
  private static final int MAX_BYTES = 1024;

  private PasswordInput() {}

  /** Asks at the terminal, without showing what is typed; else reads one line and no more. */
  static String read(String prompt, InputStream in) {
    Console terminal = terminal();
    if (terminal == null) {
      return line(in);
    }
    char[] typed = terminal.readPassword("%s", prompt);
    if (typed == null) {
      throw KvFailure.badArguments("failed to ask password: the input has ended");
    }
    return new String(typed);
  }

  /** A new password: asked for twice at a terminal. */
  static String readNew(String user, InputStream in) {
    if (terminal() == null) {
      return line(in);
    }
    String typed = read("Password of " + user + ": ", in);
    if (typed.isEmpty()) {
      throw KvFailure.badArguments("empty password");
    }
    if (!typed.equals(read("Type password of " + user + " again for confirmation: ", in))) {
      throw KvFailure.badArguments("given passwords are different");
    }
    return typed;
  }

  /** The rest of the input is left to the command. */
  static String line(InputStream in) {
    var line = new ByteArrayOutputStream();
    try {
      for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
        if (line.size() == MAX_BYTES) {
          throw KvFailure.badArguments("the first line of the input is too long for a password");
        }
        line.write(next);
      }
    } catch (IOException e) {
      throw new KvFailure(KvFailure.Exit.IO, "cannot read the password: " + e.getMessage(), e);
    }
    return line.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  private static @Nullable Console terminal() {
    Console console = System.console();
    return console != null && console.isTerminal() ? console : null;
  }
}
