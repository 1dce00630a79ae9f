using System.Reflection;
using System.Runtime.Loader;
using Ordo.Sync.Simulation.Tests.Plans;

namespace Ordo.Sync.Simulation.Tests.Campaigns;

/// <summary>
/// The simulator over the engine with planted faults (eng/mutants): its assemblies once more, in a context of their own, with the mutated
/// engine in the place of the real one, which so carries no trace of them.
/// </summary>
internal sealed class MutatedEngine : AssemblyLoadContext
{
    private const string Engine = "Ordo.Sync.Core";

    private static readonly string[] OverEngine =
        ["Ordo.Sync.Testing", "Ordo.Sync.Sqlite", typeof(MutatedEngine).Assembly.GetName().Name!];

    private readonly MethodInfo _wake;
    private readonly MethodInfo _hunt;

    public MutatedEngine()
        : base("mutants")
    {
        Assembly engine = LoadFromAssemblyName(new AssemblyName(Engine));
        _wake = engine.GetType("Ordo.Sync.Mutants", throwOnError: true)!.GetProperty("Awake")!.SetMethod!;
        Assembly tests = LoadFromAssemblyName(typeof(MutatedEngine).Assembly.GetName());
        _hunt = tests.GetType(typeof(MutantHunt).FullName!, throwOnError: true)!.GetMethod(nameof(MutantHunt.Run))!;
    }

    /// <summary>
    /// Runs plans with one fault awake, or none. Returns the seed and the violation of the first that fails, in full with
    /// the shortened plan where <paramref name="explains"/>.
    /// </summary>
    public (ulong Seed, string Violation)? Hunt(string? mutant, ulong firstSeed, int count, PlanKind kind, bool explains = false)
    {
        _wake.Invoke(obj: null, [mutant]);
        return ((ulong Seed, string Violation)?)_hunt.Invoke(obj: null, [firstSeed, count, (int)kind, explains ? mutant : null]);
    }

    protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name switch
    {
        Engine => LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, "mutants", Engine + ".dll")),
        { } name when OverEngine.Contains(name) => LoadFromAssemblyPath(Path.Combine(AppContext.BaseDirectory, name + ".dll")),
        _ => null,
    };
}
