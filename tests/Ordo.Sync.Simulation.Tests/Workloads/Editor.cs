using System.Globalization;
using Ordo.Sync.Conflicts;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Writes;
using Ordo.Sync.Errors;
using Ordo.Sync.Testing.Simulation;
using Ordo.Sync.Testing.Simulation.Oracles;
using Ordo.Sync.Testing.Simulation.Scheduling;

namespace Ordo.Sync.Simulation.Tests.Workloads;

/// <summary>Edits, deletes and decides at random, as people at devices do.</summary>
/// <param name="world">The world.</param>
/// <param name="cards">Edits cards.</param>
/// <param name="keys">Records a collection and scope.</param>
/// <param name="paddingMax">The most characters of a text.</param>
/// <param name="mayEditCards">Who edits cards, and in which scope.</param>
internal sealed class Editor(
    SimulatedWorld world, CardEditor cards, int keys, int paddingMax, Func<SimulatedDevice, string, bool> mayEditCards)
{
    private readonly NoteForm<Note> _older = new(
        static (shown, text, score) => (shown ?? new Note()) with { Text = text, Score = score },
        static note => note.Text,
        static note => note.Score);

    private readonly NoteForm<NewerNote> _newer = new(
        static (shown, text, score) => (shown ?? new NewerNote()) with { Text = text, Score = score, Remark = text },
        static note => note.Text,
        static note => note.Score);

    private const int LongCount = 8;
    private const int LongLength = 7_000;

    private int _number;

    private SimulationRandom Random => world.Random;

    /// <summary>One person at a device does one thing to one record. What the engine refuses with reason is no failure.</summary>
    public async Task EditAsync(SimulatedDevice device, bool isNewer)
    {
        string scope = Random.Pick(Campus.Scopes);
        await TryAsync(device, scope, async () =>
        {
            if (Random.Next(4) == 0 && mayEditCards(device, scope))
            {
                await cards.EditAsync(device, scope, Key());
                return;
            }

            ConflictStrategy strategy = Random.Pick(Campus.Strategies);
            await (isNewer && strategy != ConflictStrategy.Custom
                ? EditAsync(device, Notes<NewerNote>(device, scope, strategy), strategy, _newer)
                : EditAsync(device, Notes<Note>(device, scope, strategy), strategy, _older));
        });
    }

    /// <summary>Writes records of many pages into a scope.</summary>
    public Task WriteLongAsync(SimulatedDevice device, string scope) => TryAsync(device, scope, async () =>
    {
        for (int i = 0; i < LongCount; i++)
        {
            await PutAsync(device, scope, string.Create(CultureInfo.InvariantCulture, $"long{i}"), LongLength);
        }
    });

    /// <summary>Writes one of these records anew, with other contents.</summary>
    public Task RewriteLongAsync(SimulatedDevice device, string scope) => TryAsync(
        device,
        scope,
        () => PutAsync(
            device, scope, string.Create(CultureInfo.InvariantCulture, $"long{Random.Next(LongCount)}"), Random.Next(LongLength)));

    /// <summary>Writes a card so long that later changes of it are told without the rest.</summary>
    public Task WriteLongCardAsync(SimulatedDevice device, string scope) =>
        TryAsync(device, scope, () => cards.LengthenAsync(device, scope, Key()));

    /// <summary>Edits short records of a scope: a card, and one that stands before the long ones in the order of keys.</summary>
    public Task EditShortAsync(SimulatedDevice device, string scope) => TryAsync(device, scope, async () =>
    {
        if (mayEditCards(device, scope))
        {
            await cards.EditAsync(device, scope, Key());
        }

        await PutAsync(device, scope, Key(), 0);
    });

    private async Task PutAsync(SimulatedDevice device, string scope, string key, int length)
    {
        var note = new Note { Text = Text().PadRight(length, '.'), Score = NextNumber() };
        WriteReceipt receipt = await Notes<Note>(device, scope, ConflictStrategy.Custom).PutAsync(key, note);
        world.Ledger.Acknowledge(device, scope, receipt.Version);
    }

    private async Task TryAsync(SimulatedDevice device, string scope, Func<Task> edit)
    {
        try
        {
            await edit();
        }
        catch (ManualResolutionRequiredException)
        {
            world.Trace($"{device.Name}: the record waits for a decision");
        }
        catch (SyncException exception) when (exception.Code == SyncErrorCode.StoreFull)
        {
            world.Trace($"{device.Name}: the disk is full");
        }
        catch (InvalidOperationException exception) when (exception.Message.Contains("not subscribed", StringComparison.Ordinal))
        {
            world.Trace($"{device.Name}: has left {scope}");
        }
    }

    private async Task EditAsync<T>(
        SimulatedDevice device, ISyncCollection<T> notes, ConflictStrategy strategy, NoteForm<T> form)
        where T : class
    {
        string key = Key();
        if (strategy is ConflictStrategy.AcademicRecord or ConflictStrategy.ManualIntervention
            && await device.Engine.Conflicts.FindAsync(notes.Scope, notes.Name, key) is { } conflict
            && (strategy == ConflictStrategy.ManualIntervention || Random.Next(2) == 0))
        {
            await DecideAsync(device, conflict, form);
            return;
        }

        Record<T>? record = await notes.GetAsync(key);
        T? shown = record?.Value;
        if (record is not null && Random.Next(4) == 0)
        {
            // A form that stays open for a while: what comes meanwhile must not be overwritten.
            ShownVersion[] seen = world.Ledger.OpenForm(device, notes.Scope, record.Version);
            await Task.Delay(TimeSpan.FromSeconds(Random.Next(30)), device.Time);
            string text = Text();
            world.Ledger.NoteForm(device, seen, text);
            WriteReceipt late = await notes.PutAsync(
                key, form.Fill(shown, text, NextNumber()), new WriteOptions { BasedOn = record.Version });
            world.Ledger.Acknowledge(device, notes.Scope, late.Version);
            return;
        }

        WriteReceipt receipt = Random.Next(6) switch
        {
            0 => await notes.DeleteAsync(key),
            1 when shown is not null => await notes.PatchAsync(key, patch => patch.Set(form.Score, NextNumber())),
            2 when shown is not null => await notes.PatchAsync(key, patch => patch.Set(form.Text, Text())),
            3 when strategy == ConflictStrategy.AcademicRecord => await notes.OverrideAsync(key, Next(form, shown), "overridden"),
            _ => await notes.PutAsync(key, Next(form, shown)),
        };
        world.Ledger.Acknowledge(device, notes.Scope, receipt.Version);
        world.Trace($"{device.Name} wrote {receipt.Version.Counter} of {notes.Scope} {notes.Name}/{key}");
    }

    private async Task DecideAsync<T>(SimulatedDevice device, Conflict conflict, NoteForm<T> form)
        where T : class
    {
        Resolution resolution = conflict.Kind == ConflictKind.Rejected ? Resolution.Discard() : Random.Next(4) switch
        {
            0 => Resolution.Delete(),
            1 => Resolution.Use(Next(form, null)),
            _ => Resolution.Keep(Random.Pick(conflict.Siblings)),
        };
        WriteReceipt? receipt = await device.Engine.Conflicts.ResolveAsync(conflict, resolution, "decided");
        world.Trace($"{device.Name} decided {receipt?.Version.Counter} of {conflict.Scope} {conflict.Collection}/{conflict.Key}");
    }

    private T Next<T>(NoteForm<T> form, T? shown)
        where T : class => form.Fill(shown, Text(), NextNumber());

    private string Key() => string.Create(CultureInfo.InvariantCulture, $"k{Random.Next(keys)}");

    private int NextNumber() => ++_number;

    // Long ones make transfers of many pages.
    private string Text() => string.Create(CultureInfo.InvariantCulture, $"t{++_number};")
        .PadRight(paddingMax > 0 && Random.Next(3) == 0 ? Random.Next(paddingMax) + 1 : 1, '.');

    private static ISyncCollection<T> Notes<T>(SimulatedDevice device, string scope, ConflictStrategy strategy) =>
        device.Engine.Scope(scope).Collection<T>(Campus.CollectionOf(strategy));
}
