package kontiki.node.host.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links of the documentation lead somewhere. */
class DocsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");

  @Test
  void everyRelativeLinkLeadsToAFileOrFolder() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(House.ROOT.resolve("README.md")));
    try (Stream<Path> docs = Files.walk(House.ROOT.resolve("docs"))) {
      docs.filter(page -> page.toString().endsWith(".md")).forEach(pages::add);
    }
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path page : pages) {
      Matcher matcher = LINK.matcher(Files.readString(page));
      while (matcher.find()) {
        links++;
        if (!Files.exists(page.resolveSibling(matcher.group(1)))) {
          broken.add(House.ROOT.relativize(page) + " -> " + matcher.group(1));
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(links).isGreaterThan(20);
  }
}
