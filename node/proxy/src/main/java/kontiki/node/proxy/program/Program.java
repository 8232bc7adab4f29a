package kontiki.node.proxy.program;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Runs one program of the system to its end: input in, output out, bounded in time and in what it
 * may say. Safe to use from any thread; blocks the caller.
 */
public final class Program {

  /** More output than this is cut off: nobody asks for more. */
  public static final int OUTPUT_LIMIT_BYTES = 16 << 20;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private Program() {}

  /** What a program left behind. */
  public record Result(int exitCode, String output, String errors) {

    public boolean isSuccess() {
      return exitCode == 0;
    }

    /** The last line that it said on standard error, or else on standard output. */
    public String lastLine() {
      String text = errors.isBlank() ? output : errors;
      return text.strip().lines().reduce((a, b) -> b).orElse("exit code " + exitCode);
    }
  }

  /** A program that ran and failed. The message has its name, its exit code and its words. */
  public static final class FailedException extends IOException {
    private static final long serialVersionUID = 1;

    FailedException(List<String> command, Result result) {
      super(String.join(" ", command) + " failed (" + result.exitCode() + "): " + words(result));
    }

    private static String words(Result result) {
      String text = result.errors().isBlank() ? result.output() : result.errors();
      return text.strip().lines().limit(3).reduce((a, b) -> a + " | " + b).orElse("no output");
    }
  }

  /** Runs it and returns its standard output; throws if it fails. */
  public static String run(String... command) throws IOException {
    return runWith("", command);
  }

  /** As {@link #run}, with text for its standard input. */
  public static String runWith(String input, String... command) throws IOException {
    Result result = attempt(input, List.of(command));
    if (!result.isSuccess()) {
      throw new FailedException(List.of(command), result);
    }
    return result.output();
  }

  /** Runs it and returns whatever came of it; throws only if it cannot be run or does not end. */
  public static Result attempt(String input, List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).start();
    try {
      CompletableFuture<String> output = read(process.getInputStream());
      CompletableFuture<String> errors = read(process.getErrorStream());
      try (OutputStream in = process.getOutputStream()) {
        in.write(input.getBytes(StandardCharsets.UTF_8));
      } catch (IOException ended) {
        // It ended without reading: its exit code and its words say why.
        if (process.isAlive() && !process.waitFor(1, TimeUnit.SECONDS)) {
          throw ended;
        }
      }
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(
            command.getFirst() + " did not end within " + PATIENCE.toSeconds() + " s");
      }
      return new Result(process.exitValue(), output.join(), errors.join());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while running " + command.getFirst(), interrupted);
    } catch (CompletionException failed) {
      throw new IOException("cannot read what " + command.getFirst() + " says", failed);
    } finally {
      process.destroyForcibly();
    }
  }

  private static CompletableFuture<String> read(InputStream in) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            text.complete(new String(in.readNBytes(OUTPUT_LIMIT_BYTES), StandardCharsets.UTF_8));
            in.transferTo(OutputStream.nullOutputStream());
          } catch (IOException failed) {
            text.completeExceptionally(failed);
          }
        });
    return text;
  }
}
