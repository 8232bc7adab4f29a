package kontiki.kvstore.cli;

import java.util.Locale;

/** etcdctl's output formats, and what each can show. */
enum Format {
  SIMPLE,
  FIELDS,
  JSON,
  TABLE,
  PROTOBUF;

  /** What kind of answer a command prints; tables and protobuf exist for some only. */
  enum Answer {
    MESSAGE,
    MEMBERS,
    ROWS
  }

  static Format named(String name) {
    for (var format : values()) {
      if (format.name().toLowerCase(Locale.ROOT).equals(name)) {
        return format;
      }
    }
    throw new KvFailure(
        KvFailure.Exit.BAD_FEATURE,
        "unsupported output format '" + name + "': choose simple, fields, json, table or protobuf");
  }

  /** Refuses before anything is asked of the store, so that nothing is half done. */
  Printer printer(Answer answer, boolean hex, boolean valuesOnly, Output out) {
    boolean supported =
        switch (this) {
          case SIMPLE, FIELDS, JSON -> true;
          case TABLE -> answer != Answer.MESSAGE;
          case PROTOBUF -> answer != Answer.ROWS;
        };
    if (!supported) {
      throw new KvFailure(
          KvFailure.Exit.BAD_FEATURE,
          name().toLowerCase(Locale.ROOT) + " not supported as output format");
    }
    return switch (this) {
      case SIMPLE -> new SimplePrinter(out, hex, valuesOnly);
      case FIELDS -> new FieldsPrinter(out);
      case JSON -> new JsonPrinter(out);
      case TABLE -> new TablePrinter(out);
      case PROTOBUF -> new ProtobufPrinter(out);
    };
  }
}
