using System.Globalization;
using Ordo.Sync.Causality;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Testing.Simulation;

namespace Ordo.Sync.Simulation.Tests.Workloads;

/// <summary>
/// Edits conflict-free fields at random and remembers what was acknowledged: every increment, tag, item and word must be there in
/// the end.
/// </summary>
internal sealed class CardEditor(SimulatedWorld world)
{
    private const int LongWord = 2_000;

    private readonly Dictionary<(string Scope, string Key), CardTruth> _truth = [];
    private int _number;

    public async Task EditAsync(SimulatedDevice device, string scope, string key)
    {
        CardTruth truth = TruthOf(scope, key);
        string word = Word();
        switch (world.Random.Next(8))
        {
            case 0 or 1:
                int by = world.Random.Next(3) + 1;
                truth.Attempted += by;
                truth.Count(await PatchAsync(device, scope, key, patch => patch.Counter(card => card.Count).Increment(by)), by);
                break;
            case 2:
                truth.Tag(await PatchAsync(device, scope, key, patch => patch.Set(card => card.Tags).Add(word)), word);
                break;
            case 3:
                truth.List(await PatchAsync(device, scope, key, patch => patch.List(card => card.Items).Insert(0, word)), word);
                break;
            case 4:
                truth.Write(await PatchAsync(device, scope, key, patch => patch.Text(card => card.Body).Insert(0, word)), word);
                break;
            case 5:
                await PatchAsync(device, scope, key, patch => patch.Map(card => card.Labels).Register<string>("label").Write(word));
                break;
            case 6:
                await ToggleAsync(device, scope, key, word);
                break;
            default:
                await PatchAsync(device, scope, key, patch => patch.Set(card => card.Title, word));
                break;
        }

        world.Trace($"{device.Name} edited {scope} cards/{key} with {word}");
    }

    /// <summary>Writes a long word into a card's text: of letters that do not repeat, since texts are stored packed.</summary>
    public async Task LengthenAsync(SimulatedDevice device, string scope, string key)
    {
        string word = string.Create(LongWord, world.Random, static (letters, random) =>
        {
            for (int i = 0; i < letters.Length; i++)
            {
                letters[i] = (char)('a' + random.Next(26));
            }
        });
        TruthOf(scope, key).Write(
            await PatchAsync(device, scope, key, patch => patch.Text(card => card.Body).Insert(0, word)), word);
        world.Trace($"{device.Name} lengthened {scope} cards/{key}");
    }

    /// <summary>
    /// Everything acknowledged is on every card, but for what somebody left a scope with before anybody else had it; and all devices show
    /// the same.
    /// </summary>
    /// <param name="isComplete">Whether no store was put back or copied: what that loses or adds twice, nobody can work out of a card.</param>
    public async Task CheckAsync(bool isComplete)
    {
        foreach (((string scope, string key), CardTruth truth) in _truth)
        {
            var shown = new HashSet<string>(StringComparer.Ordinal);
            foreach (SimulatedDevice device in world.Devices.Where(device => device.Engine.Subscriptions.Contains(scope)))
            {
                Record<Card>? record = await CardsOf(device, scope).GetAsync(key);
                if (isComplete)
                {
                    truth.Check(device.Name, scope, key, record?.Value, version => world.Ledger.Find(version) is not null);
                }

                shown.Add(CardTruth.Tell(record?.Value));
            }

            if (shown.Count > 1)
            {
                throw new WorkloadException($"Devices show {scope} cards/{key} differently: {string.Join(" | ", shown)}");
            }
        }
    }

    private CardTruth TruthOf(string scope, string key)
    {
        if (!_truth.TryGetValue((scope, key), out CardTruth? truth))
        {
            _truth.Add((scope, key), truth = new CardTruth());
        }

        return truth;
    }

    private async Task<GlobalDot> PatchAsync(SimulatedDevice device, string scope, string key, Action<PatchBuilder<Card>> patch)
    {
        WriteReceipt receipt = await CardsOf(device, scope).PatchAsync(key, patch);
        world.Ledger.Acknowledge(device, scope, receipt.Version);
        return receipt.Version;
    }

    private string Word() => string.Create(CultureInfo.InvariantCulture, $"<{++_number}>");

    private static ISyncCollection<Card> CardsOf(SimulatedDevice device, string scope) =>
        device.Engine.Scope(scope).Collection<Card>(Campus.Cards);

    private async Task ToggleAsync(SimulatedDevice device, string scope, string key, string color)
    {
        bool enables = world.Random.Next(2) == 0;
        await PatchAsync(device, scope, key, patch =>
        {
            patch.Register(card => card.Color).Write(color);
            if (enables)
            {
                patch.Flag(card => card.Flag).Enable();
            }
            else
            {
                patch.Flag(card => card.Flag).Disable();
            }
        });
    }
}
