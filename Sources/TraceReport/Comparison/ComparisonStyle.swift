/// What a comparison's page adds to the style sheet of a trace's.
enum ComparisonStyle {
  static let sheet = """
    main { max-width: 84rem; padding-bottom: 4rem; }
    .facts { margin: 1.5rem 0 0; }
    .sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 0 2.5rem; }
    .sides section { min-width: 0; }
    """
}
