package kontiki.orchestrator.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the words of a command name: {@code pods}, {@code pod NAME...}, {@code pod/NAME...}.
 *
 * @param resource the kind
 * @param name one object's name; empty for all of the kind
 */
record Target(Discovery.Resource resource, Optional<String> name) {

  /**
   * Reads the words.
   *
   * @throws IllegalArgumentException when a word is no kind of the server, or the two forms are
   *     mixed
   */
  static List<Target> parse(Discovery discovery, List<String> words) {
    List<Target> targets = new ArrayList<>();
    if (words.getFirst().contains("/")) {
      for (String word : words) {
        int slash = word.indexOf('/');
        if (slash < 0) {
          throw new IllegalArgumentException(
              "there is no name after \"" + word + "\": write TYPE/NAME for every object");
        }
        targets.add(
            new Target(
                discovery.named(word.substring(0, slash)).getFirst(),
                Optional.of(word.substring(slash + 1))));
      }
      return targets;
    }
    List<String> names = words.subList(1, words.size());
    for (String kind : words.getFirst().split(",", -1)) {
      for (Discovery.Resource resource : discovery.named(kind)) {
        if (names.isEmpty()) {
          targets.add(new Target(resource, Optional.empty()));
        }
        for (String name : names) {
          targets.add(new Target(resource, Optional.of(name)));
        }
      }
    }
    return targets;
  }
}
