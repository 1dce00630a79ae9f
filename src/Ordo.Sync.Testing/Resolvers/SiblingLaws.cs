using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Ordo.Sync.Engine.Payloads;
using Ordo.Sync.Engine.Resolvers;
using Ordo.Sync.Records;

namespace Ordo.Sync.Testing.Resolvers;

/// <summary>The laws that can be seen from one set of siblings.</summary>
internal sealed class SiblingLaws(
    Func<IConflictResolver> create, IPayloadSerializer serializer, string scope, string collection)
{
    private const int RememberedMax = 64;
    private const int ThreadCount = 4;

    private readonly IConflictResolver _veteran = create();
    private readonly List<(ImmutableArray<RecordVersion> Siblings, int Seed, ReadOnlyMemory<byte> Result)> _earlier = [];

    /// <summary>Checks all laws with these siblings.</summary>
    public void Check(ImmutableArray<RecordVersion> siblings, int seed)
    {
        ReadOnlyMemory<byte> result = Answer(create(), siblings, seed);
        CheckPayload(siblings, result, seed);
        Compare(ResolverLaw.SameAgain, "The resolver answers differently when it is asked again", siblings, seed, versions =>
        {
            IConflictResolver resolver = create();
            return (Run(resolver, versions), Run(resolver, versions));
        });
        Compare(
            ResolverLaw.NoMemory,
            "A resolver that has answered for other records answers differently from a new one",
            siblings,
            seed,
            versions => (Run(create(), versions), Run(_veteran, versions)));
        foreach (CultureInfo culture in Cultures.All)
        {
            Compare(
                ResolverLaw.NoCulture,
                $"The resolver answers differently under the culture '{Cultures.NameOf(culture)}'",
                siblings,
                seed,
                versions => (Run(create(), versions), Cultures.Under(culture, () => Run(create(), versions))));
        }

        Compare(
            ResolverLaw.ThreadSafe,
            "The resolver answers differently when several threads ask at once",
            siblings,
            seed,
            versions => (Run(create(), versions), RunOnThreads(versions)));
        if (_earlier.Count < RememberedMax)
        {
            _earlier.Add((siblings, seed, result));
        }
    }

    /// <summary>Asks again what was asked first: time has passed, and much was answered in between.</summary>
    public void CheckAgain()
    {
        // Two ticks of the coarsest clock there is.
        Thread.Sleep(32);
        foreach ((ImmutableArray<RecordVersion> siblings, int seed, ReadOnlyMemory<byte> result) in _earlier)
        {
            ReadOnlyMemory<byte> again = Answer(create(), siblings, seed);
            if (!again.Span.SequenceEqual(result.Span))
            {
                throw Broken(
                    ResolverLaw.SameAgain,
                    "The resolver answers differently some time later: does it ask for the time, or keep something static?",
                    siblings,
                    seed,
                    result,
                    again);
            }
        }
    }

    private ReadOnlyMemory<byte> Answer(IConflictResolver resolver, ImmutableArray<RecordVersion> siblings, int seed)
    {
        byte[][] before = [.. siblings.Select(version => version.Payload.ToArray())];
        try
        {
            ReadOnlyMemory<byte> result = Run(resolver, siblings);
            return siblings.Zip(before).All(pair => pair.First.Payload.Span.SequenceEqual(pair.Second))
                ? result
                : throw new ResolverLawException(
                    ResolverLaw.NoSideEffect, "The resolver changes its siblings.", seed, CounterExample.Of(siblings));
        }
        catch (NoAnswerException exception)
        {
            ImmutableArray<RecordVersion> fewer = Fewest(siblings, IsUnanswered);
            throw new ResolverLawException(
                ResolverLaw.AlwaysAnswers, exception.Message, seed, CounterExample.Of(fewer), exception.InnerException);
        }
    }

    private bool IsUnanswered(ImmutableArray<RecordVersion> siblings)
    {
        try
        {
            Run(create(), siblings);
            return false;
        }
        catch (NoAnswerException)
        {
            return true;
        }
    }

    private void CheckPayload(ImmutableArray<RecordVersion> siblings, ReadOnlyMemory<byte> result, int seed)
    {
        if (PayloadForm.WhyInvalid(result) is { } why)
        {
            ImmutableArray<RecordVersion> fewer = Fewest(
                siblings, versions => !IsUnanswered(versions) && PayloadForm.WhyInvalid(Run(create(), versions)) is not null);
            throw new ResolverLawException(
                ResolverLaw.ValidPayload,
                $"The resolver's result cannot be a record: {why}",
                seed,
                CounterExample.Of(fewer, ("result", CounterExample.Show(Run(create(), fewer)))));
        }
    }

    private static void Compare(
        ResolverLaw law,
        string sentence,
        ImmutableArray<RecordVersion> siblings,
        int seed,
        Func<ImmutableArray<RecordVersion>, (ReadOnlyMemory<byte> First, ReadOnlyMemory<byte> Second)> run)
    {
        (ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second) = RunOrFail(law, siblings, seed, run);
        if (first.Span.SequenceEqual(second.Span))
        {
            return;
        }

        ImmutableArray<RecordVersion> fewer = Fewest(siblings, versions =>
        {
            (ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) = RunOrFail(law, versions, seed, run);
            (first, second) = one.Span.SequenceEqual(other.Span) ? (first, second) : (one, other);
            return !one.Span.SequenceEqual(other.Span);
        });
        throw Broken(law, $"{sentence}.", fewer, seed, first, second);
    }

    private static (ReadOnlyMemory<byte> First, ReadOnlyMemory<byte> Second) RunOrFail(
        ResolverLaw law,
        ImmutableArray<RecordVersion> siblings,
        int seed,
        Func<ImmutableArray<RecordVersion>, (ReadOnlyMemory<byte> First, ReadOnlyMemory<byte> Second)> run)
    {
        try
        {
            return run(siblings);
        }
        catch (NoAnswerException exception)
        {
            throw new ResolverLawException(
                law, $"It does so only sometimes. {exception.Message}", seed, CounterExample.Of(siblings), exception.InnerException);
        }
    }

    private static ResolverLawException Broken(
        ResolverLaw law,
        string sentence,
        ImmutableArray<RecordVersion> siblings,
        int seed,
        ReadOnlyMemory<byte> first,
        ReadOnlyMemory<byte> second)
    {
        (string, JsonNode?) one = ("first", CounterExample.Show(first));
        (string, JsonNode?) other = ("second", CounterExample.Show(second));
        return new ResolverLawException(law, sentence, seed, CounterExample.Of(siblings, one, other));
    }

    // Leaves out siblings one by one as long as the law stays broken.
    private static ImmutableArray<RecordVersion> Fewest(
        ImmutableArray<RecordVersion> siblings, Func<ImmutableArray<RecordVersion>, bool> isBroken)
    {
        for (int i = 0; i < siblings.Length && siblings.Length > 2;)
        {
            ImmutableArray<RecordVersion> fewer = siblings.RemoveAt(i);
            if (isBroken(fewer))
            {
                siblings = fewer;
            }
            else
            {
                i++;
            }
        }

        return siblings;
    }

    // One resolver, asked by all threads at once; of their answers one that differs, else any.
    private ReadOnlyMemory<byte> RunOnThreads(ImmutableArray<RecordVersion> siblings)
    {
        IConflictResolver resolver = create();
        ReadOnlyMemory<byte> expected = Run(resolver, siblings);
        var answers = new ReadOnlyMemory<byte>[ThreadCount];
        Exception? failure = null;
        using var gate = new Barrier(ThreadCount);
        Thread[] threads = [.. Enumerable.Range(0, ThreadCount).Select(number => new Thread(() =>
        {
            gate.SignalAndWait();
            try
            {
                answers[number] = Run(resolver, siblings);
            }
            catch (NoAnswerException exception)
            {
                failure = exception;
            }
        }))];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        return failure is not null
            ? throw failure
            : answers.FirstOrDefault(answer => !answer.Span.SequenceEqual(expected.Span), answers[0]);
    }

    private ReadOnlyMemory<byte> Run(IConflictResolver resolver, ImmutableArray<RecordVersion> siblings) =>
        ResolverRun.Run(resolver, scope, collection, siblings, serializer);
}
