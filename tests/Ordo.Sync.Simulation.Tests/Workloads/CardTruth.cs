using System.Globalization;
using Ordo.Sync.Causality;

namespace Ordo.Sync.Simulation.Tests.Workloads;

/// <summary>What devices acknowledged of one card, each piece with the version that brought it.</summary>
internal sealed class CardTruth
{
    private readonly List<(GlobalDot Version, int By)> _increments = [];
    private readonly List<(GlobalDot Version, string Word)> _tags = [];
    private readonly List<(GlobalDot Version, string Word)> _items = [];
    private readonly List<(GlobalDot Version, string Word)> _words = [];

    /// <summary>What increments add up to; some of them may be in although the device died before it said so.</summary>
    public long Attempted { get; set; }

    public void Count(GlobalDot version, int by) => _increments.Add((version, by));

    public void Tag(GlobalDot version, string word) => _tags.Add((version, word));

    public void List(GlobalDot version, string word) => _items.Add((version, word));

    public void Write(GlobalDot version, string word) => _words.Add((version, word));

    /// <param name="device">The device.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="key">The card.</param>
    /// <param name="card">What the device shows.</param>
    /// <param name="isOwed">
    /// Whether what a version brought has to be there: not where its author left the scope with it before anybody else had it.
    /// </param>
    public void Check(string device, string scope, string key, Card? card, Predicate<GlobalDot> isOwed)
    {
        card ??= new Card();
        long least = _increments.Where(increment => isOwed(increment.Version)).Sum(increment => (long)increment.By);
        Require(card.Count >= least && card.Count <= Attempted, $"counts {card.Count} of {least} to {Attempted}");
        RequireAll(_tags, card.Tags.Contains, "tags");
        RequireAll(_items, card.Items.Contains, "items");
        RequireAll(_words, word => card.Body.Contains(word, StringComparison.Ordinal), "words");
        RequireOnce(_items, item => card.Items.Count(shown => shown == item), "items");
        RequireOnce(_words, word => card.Body.Split(word).Length - 1, "words");

        void RequireAll(List<(GlobalDot Version, string Word)> written, Predicate<string> isThere, string what)
        {
            List<(GlobalDot Version, string Word)> lost = written.FindAll(piece => isOwed(piece.Version) && !isThere(piece.Word));
            Require(lost.Count == 0, $"lacks {what}: {string.Join(' ', lost.Select(piece => $"{piece.Word} of {piece.Version}"))}");
        }

        void RequireOnce(List<(GlobalDot Version, string Word)> written, Func<string, int> count, string what)
        {
            List<(GlobalDot Version, string Word)> repeated = written.FindAll(piece => count(piece.Word) > 1);
            Require(repeated.Count == 0, $"repeats {what}: {string.Join(' ', repeated.Select(piece => $"{piece.Word} of {piece.Version}"))}");
        }

        void Require(bool holds, string what)
        {
            if (!holds)
            {
                throw new WorkloadException($"{device} {what} in {scope} cards/{key}: {Tell(card)}");
            }
        }
    }

    public static string Tell(Card? card) => card is null ? "nothing" : string.Join(
        "; ",
        card.Title,
        card.Count.ToString(CultureInfo.InvariantCulture),
        card.Flag,
        card.Color,
        $"tags {string.Join(',', card.Tags.Order(StringComparer.Ordinal))}",
        $"items {string.Join(',', card.Items)}",
        $"body {card.Body}",
        $"labels {string.Join(',', card.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(Tell))}");

    private static string Tell(KeyValuePair<string, string> label) => $"{label.Key}={label.Value}";
}
