using System.Globalization;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Replication.Responder;
using Ordo.Sync.Testing.Simulation.Network;
using Ordo.Sync.Testing.Simulation.Oracles;
using Ordo.Sync.Testing.Simulation.Scheduling;

namespace Ordo.Sync.Testing.Simulation;

/// <summary>
/// Devices and hubs on a virtual clock and a virtual network in one process, on one thread: the real engine, sessions and
/// strategies, and everything that goes wrong around them, from one seed. The same seed and the same calls give the same world.
/// </summary>
/// <remarks>
/// <para>
/// Each commit of each store is compared with what was truly written; the first promise that breaks ends the world with a
/// <see cref="SimulationException"/>. What the engine does is run by the world (<see cref="Run{T}"/>), on the caller's thread;
/// hours of its time take milliseconds.
/// </para>
/// <para>Not thread-safe. Code that a world runs must await nothing from outside of it.</para>
/// </remarks>
public sealed partial class SimulatedWorld : IDisposable
{
    private const int TraceMax = 300;
    private const int SettleRoundsMax = 20;

    private readonly SimulatedWorldOptions _options;
    private readonly List<SimulatedDevice> _devices = [];
    private readonly List<SimulatedHub> _hubs = [];
    private readonly Queue<string> _trace = new();
    private readonly ConvergenceCheck _convergence;
    private TimeSpan _aheadMax;
    private TimeSpan _behindMax;
    private string? _violation;

    private SimulatedWorld(ulong seed, SimulatedWorldOptions options)
    {
        _options = options;
        Seed = seed;
        Random = new SimulationRandom(seed);
        Loop = new SimulationLoop(Random, ThrowIfBroken, Fail);
        Network = new SimulatedNetwork(Loop, Random, Statistics) { Conditions = options.Network };
        _convergence = new ConvergenceCheck(this);
        Refusals = new ClockRefusals(this);
    }

    /// <summary>The seed.</summary>
    public ulong Seed { get; }

    /// <summary>Chance in this world: for workloads, so that they replay with it.</summary>
    public SimulationRandom Random { get; }

    /// <summary>The world's true time.</summary>
    public DateTimeOffset Now => Start + Loop.Elapsed;

    /// <summary>The devices.</summary>
    public IReadOnlyList<SimulatedDevice> Devices => _devices;

    /// <summary>The hubs.</summary>
    public IReadOnlyList<SimulatedHub> Hubs => _hubs;

    /// <summary>How bad the network is from the next message on.</summary>
    public NetworkConditions Weather
    {
        get => Network.Conditions;
        set => Network.Conditions = value;
    }

    /// <summary>What has happened so far.</summary>
    public SimulationStatistics Statistics { get; } = new();

    internal SimulationLoop Loop { get; }

    internal SimulatedNetwork Network { get; }

    internal VersionLedger Ledger { get; } = new();

    internal ClockRefusals Refusals { get; }

    /// <summary>Whether a store was copied, or put back to an earlier state: others may be right then to take themselves for copies.</summary>
    internal bool HasCopies { get; set; }

    internal DateTimeOffset Start => _options.Start;

    internal int PageBytesMax => _options.PageBytesMax;

    internal double DiskDelayChance => _options.DiskDelayChance;

    /// <summary>A session of an app at a device, whose reads are judged.</summary>
    internal ReadingSession Read(SimulatedDevice device) => new(device, Ledger, Report);

    internal IEnumerable<SimulatedNode> Nodes => _hubs.Concat<SimulatedNode>(_devices);

    /// <summary>Makes an empty world.</summary>
    /// <param name="seed">Decides everything that is left to chance.</param>
    /// <param name="configure">Sets options; those of devices above all.</param>
    public static SimulatedWorld Create(ulong seed, Action<SimulatedWorldOptions>? configure = null)
    {
        var options = new SimulatedWorldOptions();
        configure?.Invoke(options);
        return new SimulatedWorld(seed, options);
    }

    /// <summary>Adds a hub and starts it.</summary>
    /// <param name="name">Its name; no other node has it.</param>
    /// <param name="options">What it lets callers do, its reviewer; by default what a hub does without options.</param>
    public SimulatedHub AddHub(string name = "hub", ResponderOptions? options = null)
    {
        RequireNew(name);
        var hub = new SimulatedHub(this, name, _options.Medium(name, Random), options ?? new ResponderOptions());
        _hubs.Add(hub);
        hub.Restart();
        return hub;
    }

    /// <summary>Adds a device, starts it, and connects it to the first hub where there is one.</summary>
    /// <param name="name">Its name; no other node has it.</param>
    /// <param name="configure">Configures its engine; by default as <see cref="SimulatedWorldOptions.Device"/> says.</param>
    public SimulatedDevice AddDevice(string name, Action<OrdoSyncBuilder>? configure = null)
    {
        RequireNew(name);
        var device = new SimulatedDevice(this, name, _options.Medium(name, Random), configure ?? _options.Device);
        if (_hubs.Count > 0)
        {
            device.ConnectTo(_hubs[0]);
        }

        _devices.Add(device);
        device.Restart();
        return device;
    }

    /// <summary>Runs something of the world to its end: calls of engines, with everything that they set going.</summary>
    /// <exception cref="SimulationException">
    /// A promise of the engine broke, or the work waits for something that cannot happen in the world any more.
    /// </exception>
    public T Run<T>(Func<Task<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Loop.Run(work);
    }

    /// <inheritdoc cref="Run{T}"/>
    public void Run(Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Loop.Run(async () =>
        {
            await work().ConfigureAwait(false);
            return true;
        });
    }

    /// <summary>
    /// Starts something that goes on while the world runs. Where its node dies, the task never ends.
    /// </summary>
    public Task Begin(Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Loop.Start(work);
    }

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time) => Loop.Pass(time);

    /// <summary>Cuts two nodes off from each other.</summary>
    public void Partition(SimulatedNode one, SimulatedNode other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        Network.Cut(one, other);
        Trace($"{one.Name} and {other.Name} are cut off from each other");
    }

    /// <summary>Lets two nodes reach each other again.</summary>
    public void Heal(SimulatedNode one, SimulatedNode other)
    {
        Network.Heal(one, other);
        Trace($"{one.Name} and {other.Name} can reach each other again");
    }

    /// <summary>
    /// Ends everything that is wrong with the world: dead nodes start, links are whole, the network is calm, clocks are right; and
    /// everybody syncs until nobody has anything new.
    /// </summary>
    /// <exception cref="SimulationException">The world does not settle.</exception>
    public void Settle()
    {
        Network.HealAll();
        Weather = NetworkConditions.Calm;
        foreach (SimulatedNode node in Nodes)
        {
            node.Disarm();
            node.Restart();
            node.ClockOffset = TimeSpan.Zero;
        }

        // What is still on its way arrives, and timestamps of clocks that ran ahead come to be in the past: until then others refuse
        // what one whose clock ran ahead has given away. A clock can run ahead of all clocks that ever were: where it was behind when it
        // was compared with one that was ahead, and jumped ahead afterwards.
        Pass(TimeSpan.FromMinutes(2) + (2 * _aheadMax) + _behindMax);
        for (int round = 0; round < SettleRoundsMax; round++)
        {
            if (!_convergence.SyncAll())
            {
                return;
            }
        }

        Run(_convergence.TellAsync);
        Fail($"The world does not settle: after {SettleRoundsMax} rounds of syncs there is still something to do.");
    }

    /// <summary>
    /// Asserts that everybody has everything: equal digests, every acknowledged write held or in the past of one that knew it, every
    /// true conflict shown and no other, empty journals and inboxes of transfers, the same view everywhere; and that another sync
    /// sends nothing; and that no resolver has failed (<see cref="SimulatedWorldOptions.ResolversMayFail"/>). Settles the world before.
    /// </summary>
    /// <exception cref="SimulationException">Something does not hold; the message says what, the seed, and what happened.</exception>
    public void AssertConverged()
    {
        Settle();
        if (!_options.ResolversMayFail)
        {
            Run(new ResolverCheck(this).RunAsync);
        }

        Run(_convergence.CheckAsync);
        _convergence.CheckQuiescence();
        ThrowIfBroken();
    }

    /// <summary>Notes in the trace what happens, for the message of a failure.</summary>
    public void Trace(string what)
    {
        _trace.Enqueue(string.Create(CultureInfo.InvariantCulture, $"  {Loop.Elapsed:hh\\:mm\\:ss\\.fff} {what}"));
        if (_trace.Count > TraceMax)
        {
            _trace.Dequeue();
        }
    }

    /// <summary>Ends all nodes and gives back what they hold.</summary>
    public void Dispose()
    {
        GiveBackups();
        foreach (SimulatedNode node in Nodes)
        {
            Wait(node.CloseAsync());
        }
    }

    /// <summary>An oracle found a promise broken: the world ends at the next event.</summary>
    internal void Report(string violation) => _violation ??= violation;

    /// <summary>A clock jumped.</summary>
    internal void NoteClock(TimeSpan offset)
    {
        _aheadMax = offset > _aheadMax ? offset : _aheadMax;
        _behindMax = -offset > _behindMax ? -offset : _behindMax;
    }

    internal void Fail(string violation)
    {
        Report(violation);
        ThrowIfBroken();
    }

    internal void ThrowIfBroken()
    {
        Statistics.Elapsed = Loop.Elapsed;
        if (_violation is { } violation)
        {
            string happened = _trace.Count == 0
                ? "Nothing had come over the network yet."
                : $"What happened:{Environment.NewLine}{string.Join(Environment.NewLine, _trace)}";
            throw new SimulationException(
                $"{violation}{Environment.NewLine}Seed {Seed}, step {Loop.EventCount}. To see it again, run this test with "
                + $"SimulatedWorld.Create({Seed}, ...): the same seed and the same calls do the same. {happened}");
        }
    }

    private void RequireNew(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (Nodes.Any(node => node.Name == name))
        {
            throw new ArgumentException($"There is a node '{name}' already.", nameof(name));
        }
    }
}
