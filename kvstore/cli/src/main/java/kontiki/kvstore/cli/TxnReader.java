package kontiki.kvstore.cli;

import com.google.protobuf.ByteString;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kontiki.kvstore.api.pb.Compare;
import kontiki.kvstore.api.pb.RequestOp;
import kontiki.kvstore.api.pb.TxnRequest;
import picocli.CommandLine;

/** Reads a transaction in etcdctl's syntax: three parts, each ended by an empty line. */
final class TxnReader {
  private static final Pattern COMPARISON =
      Pattern.compile(
          "(\\w+)\\s*\\(\\s*(\"(?:[^\"\\\\]|\\\\.)*\")\\s*\\)"
              + "\\s*(!=|[<=>])\\s*(\"(?:[^\"\\\\]|\\\\.)*\")");
  private static final Pattern WORD =
      Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|'([^']*)'|(\\S+)");

  private final BufferedReader input;
  private final Consumer<String> prompt;

  TxnReader(BufferedReader input, Consumer<String> prompt) {
    this.input = input;
    this.prompt = prompt;
  }

  TxnRequest read() throws IOException {
    var request = TxnRequest.newBuilder();
    prompt.accept("compares:");
    for (String line : part()) {
      request.addCompare(comparison(line));
    }
    prompt.accept("success requests (get, put, del):");
    for (String line : part()) {
      request.addSuccess(operation(line));
    }
    prompt.accept("\nfailure requests (get, put, del):");
    for (String line : part()) {
      request.addFailure(operation(line));
    }
    return request.build();
  }

  private List<String> part() throws IOException {
    var lines = new ArrayList<String>();
    while (true) {
      String line = input.readLine();
      if (line == null) {
        throw invalid("EOF: a transaction has three parts, each ended by an empty line");
      }
      if (line.isBlank()) {
        return lines;
      }
      lines.add(line.strip());
    }
  }

  static Compare comparison(String line) {
    Matcher parts = COMPARISON.matcher(line);
    if (!parts.matches()) {
      throw invalid("malformed comparison: " + line);
    }
    var compare =
        Compare.newBuilder()
            .setKey(ByteString.copyFromUtf8(unquote(parts.group(2))))
            .setResult(
                switch (parts.group(3)) {
                  case "<" -> Compare.CompareResult.LESS;
                  case ">" -> Compare.CompareResult.GREATER;
                  case "=" -> Compare.CompareResult.EQUAL;
                  default -> Compare.CompareResult.NOT_EQUAL;
                });
    String value = unquote(parts.group(4));
    switch (parts.group(1)) {
      case "ver", "version" ->
          compare.setTarget(Compare.CompareTarget.VERSION).setVersion(number(line, value, 10));
      case "c", "create" ->
          compare
              .setTarget(Compare.CompareTarget.CREATE)
              .setCreateRevision(number(line, value, 10));
      case "m", "mod" ->
          compare.setTarget(Compare.CompareTarget.MOD).setModRevision(number(line, value, 10));
      case "val", "value" ->
          compare.setTarget(Compare.CompareTarget.VALUE).setValue(ByteString.copyFromUtf8(value));
      case "lease" ->
          compare.setTarget(Compare.CompareTarget.LEASE).setLease(number(line, value, 16));
      default -> throw invalid("malformed comparison: " + line + " (unknown target)");
    }
    return compare.build();
  }

  private static long number(String line, String value, int radix) {
    try {
      return Long.parseLong(value, radix);
    } catch (NumberFormatException e) {
      throw invalid("malformed comparison: " + line + " (" + value + " is no number)");
    }
  }

  static RequestOp operation(String line) throws IOException {
    var words = words(line);
    String[] arguments = words.subList(1, words.size()).toArray(String[]::new);
    try {
      return switch (words.getFirst()) {
        case "get" -> {
          var get = new GetCommand();
          new CommandLine(get.spec()).parseArgs(arguments);
          yield RequestOp.newBuilder().setRequestRange(get.request()).build();
        }
        case "put" -> {
          var put = new PutCommand();
          new CommandLine(put.spec()).parseArgs(arguments);
          yield RequestOp.newBuilder().setRequestPut(put.request(false)).build();
        }
        case "del" -> {
          var delete = new DeleteCommand();
          new CommandLine(delete.spec()).parseArgs(arguments);
          yield RequestOp.newBuilder().setRequestDeleteRange(delete.request()).build();
        }
        default -> throw invalid("invalid txn request: " + line);
      };
    } catch (CommandLine.ParameterException e) {
      throw invalid("invalid txn request: " + line + " (" + e.getMessage() + ")");
    }
  }

  private static List<String> words(String line) {
    var words = new ArrayList<String>();
    Matcher word = WORD.matcher(line);
    while (word.find()) {
      if (word.group(1) != null) {
        words.add(unquote(word.group()));
      } else {
        words.add(word.group(2) != null ? word.group(2) : word.group(3));
      }
    }
    return words;
  }

  /** A Go string literal: the escapes of Java and of Go mean the same where both have them. */
  private static String unquote(String quoted) {
    try {
      return quoted.substring(1, quoted.length() - 1).translateEscapes();
    } catch (IllegalArgumentException e) {
      throw invalid("malformed string " + quoted);
    }
  }

  private static KvFailure invalid(String message) {
    return new KvFailure(KvFailure.Exit.INVALID_INPUT, message);
  }
}
