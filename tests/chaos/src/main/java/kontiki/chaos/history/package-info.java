/** What happened: events of clients, faults and watches, in order, on disk. */
@org.jspecify.annotations.NullMarked
package kontiki.chaos.history;
