package kontiki.node.host.journey;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kontiki.node.host.teardown.Trees;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One {@link SmallHouse} for all tests that ask for it as a parameter; it ends after the last. */
final class SharedHouse implements ParameterResolver {
  private record Built(Path folder, SmallHouse house) implements AutoCloseable {
    static Built begin() {
      try {
        Path folder = Files.createTempDirectory("kontiki-house-");
        return new Built(folder, new SmallHouse(folder));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while the house was built", e);
      }
    }

    @Override
    public void close() throws IOException {
      house.close();
      Trees.delete(folder);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SmallHouse.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .getOrComputeIfAbsent(Built.class, _ -> Built.begin(), Built.class)
        .house();
  }
}
