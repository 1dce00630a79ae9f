using System.Globalization;

namespace Ordo.Sync.Simulation.Tests.Workloads;

/// <summary>What devices acknowledged of one card.</summary>
internal sealed class CardTruth
{
    public long Acknowledged { get; set; }

    /// <summary>Of these some may be in although the device died before it said so.</summary>
    public long Attempted { get; set; }

    public List<string> Tags { get; } = [];

    public List<string> Items { get; } = [];

    public List<string> Words { get; } = [];

    public void Check(string device, string scope, string key, Card? card)
    {
        card ??= new Card();
        Require(card.Count >= Acknowledged && card.Count <= Attempted, $"counts {card.Count} of {Acknowledged} to {Attempted}");
        Require(Tags.TrueForAll(card.Tags.Contains), $"lacks tags: {string.Join(' ', Tags.Except(card.Tags))}");
        Require(Items.TrueForAll(card.Items.Contains), $"lacks items: {string.Join(' ', Items.Except(card.Items))}");
        Require(
            Words.TrueForAll(word => card.Body.Contains(word, StringComparison.Ordinal)),
            $"lacks words: {string.Join(' ', Words.Where(word => !card.Body.Contains(word, StringComparison.Ordinal)))}");

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
