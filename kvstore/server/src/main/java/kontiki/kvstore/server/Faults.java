package kontiki.kvstore.server;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says what ended a member, and what to do about it where that is known. */
final class Faults {
  private static final String FULL = "no space left on device";

  private Faults() {}

  static String describe(@Nullable Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      // The engine and the log know of a full disk only as a text of the operating system.
      if (String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains(FULL)) {
        return "No space left on device. Nothing that was acknowledged is lost: free some space on"
            + " the disk of --data-dir and start this member again";
      }
    }
    return fault instanceof StartException known
        ? String.valueOf(known.getMessage())
        : String.valueOf(fault);
  }
}
