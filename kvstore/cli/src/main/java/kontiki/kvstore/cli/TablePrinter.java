package kontiki.kvstore.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kontiki.kvstore.api.pb.MemberListResponse;

/** {@code -w table}: of members and endpoints only. */
final class TablePrinter extends UnsupportedPrinter {
  /** Cells with spaces are wrapped at this width, as etcdctl's tables are. */
  private static final int WRAP = 30;

  private final Output out;

  TablePrinter(Output out) {
    super("table");
    this.out = out;
  }

  @Override
  public void members(MemberListResponse response) {
    table(Rows.MEMBERS, Rows.members(response));
  }

  @Override
  public void health(List<Health> endpoints) {
    table(Rows.HEALTH, Rows.health(endpoints));
  }

  @Override
  public void status(List<EndpointStatus> endpoints) {
    table(Rows.STATUS, Rows.status(endpoints));
  }

  @Override
  public void hash(List<EndpointHash> endpoints) {
    table(Rows.HASH, Rows.hash(endpoints));
  }

  @Override
  public void snapshot(SnapshotFile snapshot) {
    table(Rows.SNAPSHOT, Rows.snapshot(snapshot));
  }

  private void table(List<String> header, List<List<String>> rows) {
    var wrapped = rows.stream().map(row -> row.stream().map(TablePrinter::wrap).toList()).toList();
    int[] widths = header.stream().mapToInt(String::length).toArray();
    for (var row : wrapped) {
      for (int i = 0; i < widths.length; i++) {
        for (String line : row.get(i)) {
          widths[i] = Math.max(widths[i], line.codePointCount(0, line.length()));
        }
      }
    }
    String rule =
        Arrays.stream(widths)
            .mapToObj(width -> "-".repeat(width + 2))
            .collect(Collectors.joining("+", "+", "+"));
    out.line(rule);
    out.line(line(i -> centered(header.get(i), widths[i]), widths.length));
    out.line(rule);
    for (var row : wrapped) {
      int height = row.stream().mapToInt(List::size).max().orElse(1);
      for (int n = 0; n < height; n++) {
        int lineNumber = n;
        out.line(line(i -> right(cell(row.get(i), lineNumber), widths[i]), widths.length));
      }
    }
    out.line(rule);
  }

  private static String line(java.util.function.IntFunction<String> cell, int columns) {
    return IntStream.range(0, columns)
        .mapToObj(i -> " " + cell.apply(i) + " ")
        .collect(Collectors.joining("|", "|", "|"));
  }

  private static String cell(List<String> lines, int number) {
    return number < lines.size() ? lines.get(number) : "";
  }

  private static String right(String text, int width) {
    return " ".repeat(width - text.codePointCount(0, text.length())) + text;
  }

  private static String centered(String text, int width) {
    int gap = width - text.length();
    return " ".repeat(gap / 2) + text + " ".repeat(gap - gap / 2);
  }

  private static List<String> wrap(String text) {
    if (text.length() <= WRAP) {
      return List.of(text);
    }
    var lines = new ArrayList<String>();
    var line = new StringBuilder();
    for (String word : text.split(" ", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > WRAP) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
