package kontiki.kvstore.cli;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import picocli.CommandLine.IExitCodeGenerator;

/** An expected end of a command: what to tell the person, and etcdctl's exit code for it. */
final class KvFailure extends RuntimeException implements IExitCodeGenerator {
  private static final long serialVersionUID = 1;

  /** etcdctl's exit codes (its {@code pkg/cobrautl}). */
  enum Exit {
    ERROR(1),
    BAD_CONNECTION(2),
    INVALID_INPUT(3),
    BAD_FEATURE(4),
    INTERRUPTED(5),
    IO(6),
    BAD_ARGUMENTS(128);

    private final int code;

    Exit(int code) {
      this.code = code;
    }
  }

  private final Exit exit;

  KvFailure(Exit exit, String message) {
    super(message);
    this.exit = exit;
  }

  KvFailure(Exit exit, String message, Throwable cause) {
    super(message, cause);
    this.exit = exit;
  }

  static KvFailure badArguments(String message) {
    return new KvFailure(Exit.BAD_ARGUMENTS, message);
  }

  /** What the store answered, in its own words; what the network said, in ours. */
  static KvFailure of(StatusRuntimeException failure) {
    return new KvFailure(Exit.ERROR, text(failure.getStatus()), failure);
  }

  static String text(Status status) {
    String description = status.getDescription();
    if (status.getCode() == Status.Code.DEADLINE_EXCEEDED
        && (description == null || !description.startsWith("etcdserver:"))) {
      return "context deadline exceeded";
    }
    Throwable cause = status.getCause();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause != null && cause.getMessage() != null) {
      return (description == null ? "" : description + ": ") + cause.getMessage();
    }
    return description == null ? status.getCode().name() : description;
  }

  @Override
  public int getExitCode() {
    return exit.code;
  }
}
