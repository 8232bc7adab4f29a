package kontiki.node.host;

import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Says in one line what went wrong: {@code error: WHAT}. */
final class ErrorLine {

  private ErrorLine() {}

  static String of(Throwable failure) {
    return "error: " + text(failure);
  }

  /** The message alone, on one line. */
  static String text(Throwable failure) {
    Throwable cause = unwrap(failure);
    String message = cause.getMessage();
    return switch (cause) {
      case NoSuchFileException file -> "there is no file " + file.getFile();
      case AccessDeniedException file -> "no permission for " + file.getFile();
      case FileAlreadyExistsException file -> file.getFile() + " is there already";
      case FileSystemException file -> file.getFile() + ": " + plain(file.getReason(), file);
      case ConnectException connect -> "cannot connect: " + plain(message, connect);
      default -> plain(message, cause);
    };
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable cause = failure.getCause();
    boolean wrapper =
        failure instanceof UncheckedIOException
            || failure instanceof CompletionException
            || failure instanceof ExecutionException;
    return wrapper && cause != null ? unwrap(cause) : failure;
  }

  private static String plain(@Nullable String message, Throwable failure) {
    if (message == null || message.isBlank()) {
      return failure.getClass().getSimpleName();
    }
    return message.strip().replaceAll("\\s*\\R\\s*", " | ");
  }
}
